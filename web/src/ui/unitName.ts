import type { TFunction } from 'i18next'

/** Flats are bare numbers in the register; everything else carries its own letter ("М12", "Н3"). */
export function unitName(t: TFunction, label: string | null | undefined): string {
  if (!label) return ''
  return /^\d/.test(label) ? t('unit.flat_n', { label }) : label
}
