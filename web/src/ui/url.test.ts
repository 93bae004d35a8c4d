import { expect, test } from 'vitest'
import { dayEnd, dayStart } from './filters'
import { among, day, idAmong, numberIn, strayFilters, uuid } from './url'

test('a day of a URL is a day of the calendar, or none', () => {
  for (const text of ['2026-13-45', '2026-02-30', '0000-01-01', '99999-01-01', 'yesterday', '', undefined]) {
    expect(day(text), text).toBeUndefined()
    expect(dayStart(text), text).toBeUndefined()
    expect(dayEnd(text), text).toBeUndefined()
  }
  expect(dayStart('2026-02-28')).toBe('2026-02-27T21:00:00.000Z')
  expect(dayEnd('2026-02-28')).toBe('2026-02-28T21:00:00.000Z')
})

test('an id of a URL is a UUID, or none', () => {
  expect(uuid('01941f29-7c01-710d-a48c-ea4c09676b8e')).toBe('01941f29-7c01-710d-a48c-ea4c09676b8e')
  for (const text of ['17', "' or 1=1", '', undefined]) expect(uuid(text), text).toBeUndefined()
})

test('a filter that is set and not understood is stray', () => {
  const read = (url: Record<string, string>) => ({ state: among(['live'], url.state), from: day(url.from) })
  const of = (url: Record<string, string>) => strayFilters(url, read(url))
  expect(of({ state: 'nonsense', from: '2026-13-45' })).toEqual(['state', 'from'])
  expect(of({ limit: '-5' }), 'no filter of this page').toEqual(['limit'])
  expect(of({ state: 'live', from: '2026-02-28' })).toEqual([])
  expect(of({ state: '' })).toEqual([])
})

test('an id that is none of the known is not asked for', () => {
  const [known, other] = ['01941f29-7c01-710d-a48c-ea4c09676b8e', '01941f29-7c01-710d-a48c-ea4c09676b8f']
  expect(idAmong([{ id: known }], known)).toBe(known)
  expect(idAmong([{ id: known }], other)).toBeUndefined()
  expect(idAmong(undefined, other), 'the list is not there yet').toBe(other)
  expect(idAmong(undefined, 'anna')).toBeUndefined()
})

test("a ticket's number is known as people write it", () => {
  for (const text of ['1060', '№ 1060', '№1060', '#1060', 'No. 1060', '01060'])
    expect(numberIn(text), text).toBe('1060')
  for (const text of ['01941f29-7c01-710d-a48c-ea4c09676b8e', '10a', '', 'new', '-1'])
    expect(numberIn(text), text).toBeNull()
})
