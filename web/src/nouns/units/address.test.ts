import { expect, it } from 'vitest'
import type { BuildingLine, UnitLine } from '../../api/types'
import { matchBuildings, readAddress, sortUnits } from './address'

it('reads a flat, a house, or both', () => {
  expect(readAddress('12')).toEqual({ label: '12', words: [] })
  expect(readAddress('Лесная 5, кв. 12')).toEqual({ label: '12', words: ['лесная', '5'] })
  expect(readAddress('Берёзовая')).toEqual({ label: '', words: ['березовая'] })
  expect(readAddress('лесная дом 5')).toEqual({ label: '', words: ['лесная', '5'] })
  expect(readAddress('М12')).toEqual({ label: 'м12', words: [] })
  expect(readAddress('  ')).toEqual({ label: '', words: [] })
})

it('finds buildings by every word, name, address or code', () => {
  const list = [
    { name: 'Лесная, 5', address: 'Москва, Лесная ул., 5', code: '105' },
    { name: 'Садовая, 1', address: 'Москва', code: '201' },
  ] as BuildingLine[]
  expect(matchBuildings(list, ['лесная', '5']).map((each) => each.code)).toEqual(['105'])
  expect(matchBuildings(list, ['москва'])).toHaveLength(2)
  expect(matchBuildings(list, [])).toEqual([])
})

it('puts the exact flat first', () => {
  const unit = (label: string, name: string) => ({ label, building: { id: name, name } }) as UnitLine
  expect(
    sortUnits([unit('71', 'Б'), unit('7', 'Б'), unit('70', 'А'), unit('7', 'А')], '7').map(
      (each) => each.building.name + each.label,
    ),
  ).toEqual(['А7', 'Б7', 'А70', 'Б71'])
})
