import type { TFunction } from 'i18next'

const NAMED = ['flat', 'apartment', 'commercial', 'parking', 'storage'] as const

/** A bare number gets the short word of its kind ("кв. 7", "ап. 7"); a label with a letter ("М12", "Н3") is shown as it is. */
export function unitName(t: TFunction, unit: { label: string; kind?: string } | null | undefined): string {
  if (!unit) return ''
  const kind = NAMED.find((each) => each === unit.kind) ?? 'flat'
  return /^\d/.test(unit.label) ? t(`unit.named.${kind}`, { label: unit.label }) : unit.label
}

/** "1" → "подъезд 1"; a section with a name of its own ("Секция 1", "Паркинг") stays as it is. */
export function sectionName(t: TFunction, name: string | null | undefined): string {
  if (!name) return ''
  return /^\d/.test(name) ? t('unit.section_n', { name }) : name
}
