import { describe, expect, it } from 'vitest'
import type { Building, UnitKind, UnitView } from '../../api/types'
import { faultOf, fromBuilding, type GridDraft, labelsOf, planned, toGrid } from './grid'

const unit = (id: string, label: string, kind: UnitKind = 'flat'): UnitView => ({
  id,
  label,
  kind,
  state: 'occupied',
  area: 40,
  rooms: 2,
  open_tickets: 0,
  residents: 1,
})
const house = {
  version: 3,
  sections: [
    {
      id: 's1',
      name: '1',
      kind: 'section',
      floors: [
        { id: 'f2', name: '2', units: [unit('u3', '3'), unit('u4', '4')] },
        { id: 'f1', name: '1', units: [unit('u1', '1'), unit('u2', '2')] },
      ],
    },
    {
      id: 's2',
      name: 'Паркинг',
      kind: 'parking',
      floors: [{ id: 'p1', name: '-1', units: [unit('m1', '1', 'parking')] }],
    },
  ],
  risers: [{ id: 'r1', kind: 'riser_hot', name: 'ГВС-1', units: ['u1', 'u3'] }],
} as unknown as Building

let made = 0
const newId = () => `new${(made += 1)}`
const change = (action: (draft: GridDraft) => void): GridDraft => {
  const draft = fromBuilding(house)
  action(draft)
  return draft
}

it.each([
  ['1, 2,3', ['1', '2', '3']],
  ['1-4', ['1', '2', '3', '4']],
  ['9 – 11; Н1', ['9', '10', '11', 'Н1']],
  ['', []],
  [' , ,', []],
  ['4-1', ['4-1']],
  ['1-9999', ['1-9999']],
  ['Н 1', ['Н 1']],
])('%s is %j', (typed, labels) => expect(labelsOf(typed)).toEqual(labels))

it('what nobody touched is sent as it was', () => {
  const sent = toGrid(fromBuilding(house), house, newId)
  expect(sent.version).toBe(3)
  expect(sent.sections[0]?.floors[1]?.units[0]).toEqual({
    id: 'u1',
    label: '1',
    kind: 'flat',
    state: 'occupied',
    area: 40,
    rooms: 2,
  })
  expect(sent.sections[1]?.floors[0]?.units.map((each) => each.id)).toEqual(['m1'])
  expect(sent.risers).toEqual([{ id: 'r1', kind: 'riser_hot', name: 'ГВС-1', units: ['u1', 'u3'] }])
})

it('a flat that moves to another floor stays the same flat; a new one gets the kind of its floor', () => {
  const sent = toGrid(
    change((draft) => {
      draft.sections[0]!.floors[0]!.labels = '3'
      draft.sections[0]!.floors[1]!.labels = '1, 2, 4, 5'
      draft.sections[1]!.floors[0]!.labels = '1, 2'
    }),
    house,
    newId,
  )
  const floor = sent.sections[0]!.floors[1]!.units
  expect(floor.map((each) => each.id).slice(0, 3)).toEqual(['u1', 'u2', 'u4'])
  expect(floor[3]).toMatchObject({ label: '5', kind: 'flat', state: 'unknown' })
  expect(sent.sections[1]!.floors[0]!.units[1]).toMatchObject({ label: '2', kind: 'parking' })
  expect(floor[1]?.id).toBe('u2')
})

describe('what cannot be saved', () => {
  it('a name is missing, a number stands twice, a riser leads nowhere', () => {
    expect(faultOf(fromBuilding(house), house)).toBeNull()
    expect(
      faultOf(
        change((draft) => {
          draft.sections[0]!.name = ' '
        }),
        house,
      ),
    ).toEqual({ is: 'nameless' })
    expect(
      faultOf(
        change((draft) => {
          draft.sections[0]!.floors[0]!.labels = '3, 4, 1'
        }),
        house,
      ),
    ).toEqual({ is: 'twice', label: '1' })
    expect(
      faultOf(
        change((draft) => {
          draft.risers[0]!.labels = '1, 77'
        }),
        house,
      ),
    ).toEqual({ is: 'unknown', label: '77' })
    expect(
      faultOf(
        change((draft) => {
          draft.sections[0]!.floors[0]!.labels = 'x'.repeat(21)
        }),
        house,
      ),
    ).toEqual({ is: 'long', label: 'x'.repeat(21) })
  })
})

it('a section by five numbers begins at the top and counts from the ground', () => {
  const section = planned({ name: '2', from: 2, to: 4, each: 3, first: 37, kind: 'flat' }, newId)
  expect(section.floors.map((floor) => [floor.name, floor.labels])).toEqual([
    ['4', '43, 44, 45'],
    ['3', '40, 41, 42'],
    ['2', '37, 38, 39'],
  ])
})
