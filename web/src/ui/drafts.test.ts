import { expect, it } from 'vitest'
import { drop, excerpt, keep, kept, listed, sweep } from './drafts'

function store(): Storage {
  const map = new Map<string, string>()
  return {
    get length() {
      return map.size
    },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
    clear: () => map.clear(),
  }
}

it('gives back what was typed, per call', () => {
  const s = store()
  keep(s, 'anna', 'call.1', { title: 'Течёт' }, 1000)
  keep(s, 'anna', 'call.2', { title: 'Лифт' }, 1000)
  expect(kept(s, 'anna', 'call.1')).toEqual({ title: 'Течёт' })
  drop(s, 'anna', 'call.1')
  expect(kept(s, 'anna', 'call.1')).toBeNull()
  expect(kept(s, 'anna', 'call.2')).toEqual({ title: 'Лифт' })
})

it('survives a torn or foreign value', () => {
  const s = store()
  s.setItem('linedesk.draft.anna.x', '{"at":1,"val')
  expect(kept(s, 'anna', 'x')).toBeNull()
})

it("sweeps old and torn drafts only, and nobody else's keys", () => {
  const s = store()
  const hour = 3_600_000
  keep(s, 'anna', 'old', 1, 0)
  keep(s, 'anna', 'young', 2, 30 * hour)
  s.setItem('linedesk.draft.torn', 'x')
  s.setItem('linedesk.draft.call.1', JSON.stringify({ at: 40 * hour, value: 'of nobody' }))
  s.setItem('other', 'x')
  sweep(s, 40 * hour)
  expect(kept(s, 'anna', 'old')).toBeNull()
  expect(kept(s, 'anna', 'young')).toBe(2)
  expect(s.getItem('linedesk.draft.torn')).toBeNull()
  expect(s.getItem('linedesk.draft.call.1')).toBeNull()
  expect(s.getItem('other')).toBe('x')
})

it('a full store does not break typing', () => {
  const s = store()
  s.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError')
  }
  expect(() => keep(s, 'anna', 'a', 1, 0)).not.toThrow()
})

it("are a person's: another one at the same computer finds none", () => {
  const s = store()
  keep(s, 'anna', 'comment.7', 'Звонила дважды', 2)
  keep(s, 'boris', 'comment.7', 'Перезвонить', 1)
  expect(kept(s, 'boris', 'comment.7')).toBe('Перезвонить')
  expect(listed(s, 'anna')).toEqual([{ key: 'comment.7', at: 2, value: 'Звонила дважды' }])
  expect(listed(s, 'ann')).toEqual([])
  drop(s, 'anna', 'comment.7')
  expect(listed(s, 'anna')).toEqual([])
  expect(kept(s, 'boris', 'comment.7')).toBe('Перезвонить')
})

it('is known by the first text that was typed', () => {
  expect(excerpt(' Течёт ')).toBe('Течёт')
  expect(excerpt({ values: { name: 'Ким', note: 'Ключи у вахты' }, base: { name: 'Ким', note: '' }, version: 3 })).toBe(
    'Ключи у вахты',
  )
  expect(excerpt({ code: 'consulted', comment: 'Спросил часы', ticket: null })).toBe('Спросил часы')
  expect(excerpt({ values: {}, base: {}, version: 3 })).toBe('')
})
