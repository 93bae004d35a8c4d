import { expect, test } from 'vitest'
import { dayEnd, dayStart } from './filters'
import { among, day, strayFilters, uuid } from './url'

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
  expect(of({ state: 'nonsense', from: '2026-13-45', other: 'x' })).toEqual(['state', 'from'])
  expect(of({ state: 'live', from: '2026-02-28' })).toEqual([])
  expect(of({ state: '' })).toEqual([])
})
