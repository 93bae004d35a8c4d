import type { TFunction } from 'i18next'
import { excess } from './limits'

/** Why a text cannot be sent, in words: too long, or `missing` when it is empty. */
export function textFault(t: TFunction, text: string, limit: number, missing?: string | false): string | null {
  if (missing && text.trim() === '') return missing
  const over = excess(text, limit)
  return over > 0 ? t('form.too_long', { count: over }) : null
}
