import type { TFunction } from 'i18next'
import { expect, it } from 'vitest'
import { sectionName } from './unitName'

it("a section is named in the reader's words, unless it has a name of its own", () => {
  const t = ((key: string, { name }: { name: string }) => `${key} ${name}`) as unknown as TFunction
  const check = (name: string, expected: string) => expect(sectionName(t, name)).toBe(expected)
  check('1', 'unit.section_n 1')
  check('Секция 1', 'unit.section_named 1')
  check('section 2а', 'unit.section_named 2а')
  check('Подъезд 3', 'unit.section_n 3')
  check('Паркинг', 'unit.section_parking')
  check('Parking B', 'unit.section_parking B')
  check('Паркинговая аллея', 'Паркинговая аллея')
  check('Башня «Север»', 'Башня «Север»')
  check('', '')
})
