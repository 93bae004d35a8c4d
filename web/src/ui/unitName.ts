import type { TFunction } from 'i18next'

const NAMED = ['flat', 'apartment', 'commercial', 'parking', 'storage'] as const

/** A bare number gets the short word of its kind ("кв. 7", "ап. 7"); a label with a letter ("М12", "Н3") is shown as it is. */
export function unitName(t: TFunction, unit: { label: string; kind?: string } | null | undefined): string {
  if (!unit) return ''
  const kind = NAMED.find((each) => each === unit.kind) ?? 'flat'
  return /^\d/.test(unit.label) ? t(`unit.named.${kind}`, { label: unit.label }) : unit.label
}

/** What people write before a section's number, in either language. */
const SECTIONS = [
  [/^(?:секция|section)\s+(.+)$/iu, 'unit.section_named'],
  [/^(?:подъезд|entrance)\s+(.+)$/iu, 'unit.section_n'],
  [/^(?:паркинг|parking)(?:\s+(.+))?$/iu, 'unit.section_parking'],
] as const

/** "1" → "подъезд 1"; "Секция 1", "Паркинг" in the reader's words; any other name as it is. */
export function sectionName(t: TFunction, name: string | null | undefined): string {
  if (!name) return ''
  if (/^\d/.test(name)) return t('unit.section_n', { name })
  for (const [written, key] of SECTIONS) {
    const found = written.exec(name)
    if (found) return t(key, { name: found[1] ?? '' }).trim()
  }
  return name
}
