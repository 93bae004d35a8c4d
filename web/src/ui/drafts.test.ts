import { expect, it } from 'vitest'
import { drop, keep, kept, sweep } from './drafts'

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
  keep(s, 'call.1', { title: 'Течёт' }, 1000)
  keep(s, 'call.2', { title: 'Лифт' }, 1000)
  expect(kept(s, 'call.1')).toEqual({ title: 'Течёт' })
  drop(s, 'call.1')
  expect(kept(s, 'call.1')).toBeNull()
  expect(kept(s, 'call.2')).toEqual({ title: 'Лифт' })
})

it('survives a torn or foreign value', () => {
  const s = store()
  s.setItem('linedesk.draft.x', '{"at":1,"val')
  expect(kept(s, 'x')).toBeNull()
})

it("sweeps old and torn drafts only, and nobody else's keys", () => {
  const s = store()
  const hour = 3_600_000
  keep(s, 'old', 1, 0)
  keep(s, 'young', 2, 30 * hour)
  s.setItem('linedesk.draft.torn', 'x')
  s.setItem('other', 'x')
  sweep(s, 40 * hour)
  expect(kept(s, 'old')).toBeNull()
  expect(kept(s, 'young')).toBe(2)
  expect(s.getItem('linedesk.draft.torn')).toBeNull()
  expect(s.getItem('other')).toBe('x')
})

it('a full store does not break typing', () => {
  const s = store()
  s.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError')
  }
  expect(() => keep(s, 'a', 1, 0)).not.toThrow()
})
