// The inside of a building as one types it: a floor is a line of labels ("1-4, Н1"). Pure; grid.test.ts shows it.

import type { Building, Grid, RiserKind, SectionKind, UnitKind, UnitState, UnitView } from '../../api/types'

export interface FloorDraft {
  id: string
  name: string
  labels: string
  /** Of units that are new here. */ kind: UnitKind
}
export interface SectionDraft {
  id: string
  name: string
  kind: SectionKind
  floors: FloorDraft[]
}
export interface RiserDraft {
  id: string
  kind: RiserKind
  name: string
  labels: string
}
export interface GridDraft {
  version: number
  sections: SectionDraft[]
  risers: RiserDraft[]
}

export const SECTION_KINDS: SectionKind[] = ['section', 'parking']
export const UNIT_KINDS: UnitKind[] = ['flat', 'apartment', 'commercial', 'parking', 'storage']
export const RISER_KINDS: RiserKind[] = ['riser_cold', 'riser_hot', 'riser_heat', 'riser_sewer', 'riser_power', 'zone']

const RANGE = 200
const LABEL = 20

/** "1-3, Н1" → 1 2 3 Н1. A span of plain numbers is counted out. */
export function labelsOf(typed: string): string[] {
  return typed
    .split(/[,;\n]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => {
      const span = /^(\d+)\s*[-–—]\s*(\d+)$/.exec(part)
      const [from, to] = [Number(span?.[1]), Number(span?.[2])]
      if (!span || to < from || to - from > RANGE) return [part]
      return Array.from({ length: to - from + 1 }, (_, index) => String(from + index))
    })
}

export function fromBuilding(building: Building): GridDraft {
  const label = new Map(unitsOf(building).map((unit) => [unit.id, unit.label]))
  return {
    version: building.version,
    sections: building.sections.map((section) => ({
      id: section.id,
      name: section.name,
      kind: section.kind,
      floors: section.floors.map((floor) => ({
        id: floor.id,
        name: floor.name,
        kind: floor.units[0]?.kind ?? 'flat',
        labels: floor.units.map((unit) => unit.label).join(', '),
      })),
    })),
    risers: building.risers.map((riser) => ({
      id: riser.id,
      kind: riser.kind,
      name: riser.name,
      labels: riser.units.flatMap((id) => label.get(id) ?? []).join(', '),
    })),
  }
}

function unitsOf(building: Building): UnitView[] {
  return building.sections.flatMap((section) => section.floors.flatMap((floor) => floor.units))
}

interface SentUnit {
  id: string
  label: string
  kind: UnitKind
  state: UnitState
  area: number | null
  rooms: number | null
}

/** What the server is sent. A label that stood in the building keeps its unit, on its own floor first, so that residents stay with it. */
export function toGrid(draft: GridDraft, building: Building, newId: () => string): Grid {
  const left = unitsOf(building)
  const take = (label: string, wanted: (unit: UnitView) => boolean): UnitView | undefined => {
    const at = left.findIndex((unit) => unit.label === label && wanted(unit))
    return at < 0 ? undefined : left.splice(at, 1)[0]
  }
  const before = new Map(
    building.sections.flatMap((section) =>
      section.floors.map((floor) => [floor.id, new Set(floor.units.map((unit) => unit.id))] as const),
    ),
  )
  const lines = draft.sections.flatMap((section) =>
    section.floors.map((floor) => ({ floor, labels: labelsOf(floor.labels) })),
  )
  const known = new Map<string, (UnitView | undefined)[]>()
  for (const { floor, labels } of lines)
    known.set(
      floor.id,
      labels.map((label) => take(label, (unit) => before.get(floor.id)?.has(unit.id) ?? false)),
    )
  const units = new Map(
    lines.map(({ floor, labels }) => [
      floor.id,
      labels.map((label, index): SentUnit => {
        const old = known.get(floor.id)?.[index] ?? take(label, (unit) => unit.kind === floor.kind)
        return old
          ? { id: old.id, label, kind: old.kind, state: old.state, area: old.area, rooms: old.rooms }
          : { id: newId(), label, kind: floor.kind, state: 'unknown', area: null, rooms: null }
      }),
    ]),
  )
  const all = [...units.values()].flat()
  const dwelling = (unit: SentUnit) => unit.kind === 'flat' || unit.kind === 'apartment'
  return {
    version: draft.version,
    sections: draft.sections.map((section) => ({
      id: section.id,
      name: section.name.trim(),
      kind: section.kind,
      floors: section.floors.map((floor) => ({
        id: floor.id,
        name: floor.name.trim(),
        units: units.get(floor.id) ?? [],
      })),
    })),
    risers: draft.risers.map((riser) => {
      const was = new Set(building.risers.find((each) => each.id === riser.id)?.units)
      const find = (label: string) =>
        all.find((unit) => unit.label === label && was.has(unit.id)) ??
        all.find((unit) => unit.label === label && dwelling(unit)) ??
        all.find((unit) => unit.label === label)
      return {
        id: riser.id,
        kind: riser.kind,
        name: riser.name.trim(),
        units: [...new Set(labelsOf(riser.labels).flatMap((label) => find(label)?.id ?? []))],
      }
    }),
  }
}

export type GridFault = { is: 'nameless' } | { is: 'long' | 'twice' | 'unknown'; label: string }

/** The first thing that cannot be saved; null when all can. */
export function faultOf(draft: GridDraft, building: Building): GridFault | null {
  const lines = draft.sections.flatMap((section) => section.floors)
  if ([...draft.sections, ...lines, ...draft.risers].some((each) => each.name.trim() === '')) return { is: 'nameless' }
  const sent = toGrid(draft, building, () => '').sections.flatMap((section) =>
    section.floors.flatMap((floor) => floor.units),
  )
  const seen = new Set<string>()
  for (const unit of sent) {
    if ([...unit.label].length > LABEL) return { is: 'long', label: unit.label }
    const key = `${unit.kind} ${unit.label}`
    if (seen.has(key)) return { is: 'twice', label: unit.label }
    seen.add(key)
  }
  const there = new Set(sent.map((unit) => unit.label))
  const stray = draft.risers.flatMap((riser) => labelsOf(riser.labels)).find((label) => !there.has(label))
  return stray === undefined ? null : { is: 'unknown', label: stray }
}

export interface Plan {
  name: string
  from: number
  to: number
  each: number
  first: number
  kind: UnitKind
}

/** A whole section by five numbers: floors from..to, so many units on each, counted from the ground. */
export function planned(plan: Plan, newId: () => string): SectionDraft {
  const floors: FloorDraft[] = []
  for (let floor = plan.from; floor <= plan.to; floor += 1) {
    const start = plan.first + (floor - plan.from) * plan.each
    floors.unshift({
      id: newId(),
      name: String(floor),
      kind: plan.kind,
      labels: Array.from({ length: plan.each }, (_, index) => start + index).join(', '),
    })
  }
  return { id: newId(), name: plan.name.trim(), kind: plan.kind === 'parking' ? 'parking' : 'section', floors }
}
