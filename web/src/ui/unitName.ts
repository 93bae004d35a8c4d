import type { TFunction } from 'i18next'

/** Flats are bare numbers in the register; everything else carries its own letter ("М12", "Н3"). */
export function unitName(t: TFunction, label: string | null | undefined): string {
  if (!label) return ''
  return /^\d/.test(label) ? t('unit.flat_n', { label }) : label
}

/** "1" → "подъезд 1"; a section with a name of its own ("Секция 1", "Паркинг") stays as it is. */
export function sectionName(t: TFunction, name: string | null | undefined): string {
  if (!name) return ''
  return /^\d/.test(name) ? t('unit.section_n', { name }) : name
}
