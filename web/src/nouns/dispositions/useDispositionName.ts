import { useTranslation } from 'react-i18next'
import type { DispositionLine } from '../../api/types'

export function useDispositionName(): (each: DispositionLine) => string {
  const { i18n } = useTranslation()
  return (each) => (i18n.language === 'en' ? each.name_en : each.name_ru)
}
