// What was typed as an address, read: a flat number, words of a building, or both. Pure.

import type { BuildingLine, UnitLine } from '../../api/types'

export interface TypedAddress {
  /** Beginning of a unit's label, or empty. */
  label: string
  /** Everything else, folded. */
  words: string[]
}

const NOISE = new Set(['кв', 'квартира', 'дом', 'д', 'ул', 'улица', 'apt', 'flat', 'unit', 'корп', 'к', 'стр'])

function fold(text: string): string {
  return text.toLowerCase().replaceAll('ё', 'е')
}

/** "Лесная 5 кв 12" → label 12, words лесная, 5. The last word with a digit is the unit, unless "дом" stands before it. */
export function readAddress(typed: string): TypedAddress {
  const words = fold(typed)
    .replace(/[.,№"«»]/g, ' ')
    .split(/\s+/)
    .filter(Boolean)
  let at = -1
  words.forEach((word, index) => {
    const before = words[index - 1]
    if (/^[а-яa-z]?\d+[а-яa-z]?$/.test(word) && before !== 'дом' && before !== 'д') at = index
  })
  return {
    label: at >= 0 ? (words[at] ?? '') : '',
    words: words.filter((word, index) => index !== at && !NOISE.has(word)),
  }
}

export function matchBuildings(buildings: BuildingLine[], words: string[]): BuildingLine[] {
  if (words.length === 0) return []
  return buildings.filter((building) => {
    const text = fold(`${building.name} ${building.address} ${building.code}`)
    return words.every((word) => text.includes(word))
  })
}

/** The exact label first, then shorter ones, then by building. */
export function sortUnits(units: UnitLine[], label: string): UnitLine[] {
  const rank = (unit: UnitLine) => (fold(unit.label) === label ? 0 : unit.label.length)
  return [...units].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      a.building.name.localeCompare(b.building.name) ||
      a.label.localeCompare(b.label, undefined, { numeric: true }),
  )
}
