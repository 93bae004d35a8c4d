import { expect, it } from 'vitest'
import { waited, waitsOf } from './waits'

const at = (seconds: number) => new Date(seconds * 1000).toISOString()
const call = {
  arrived_at: at(0),
  queued_at: at(10),
  answered_at: at(30),
  ended_at: null,
  queue: 'main',
  state: 'live',
} as const
const part = (from: number, to: number | null, name: string, queue: string | null) => ({
  at: at(from),
  ended_at: to === null ? null : at(to),
  queue,
  agent: { id: name, name },
})

it('a call answered once waited once', () => {
  const waits = waitsOf(call, [part(30, null, 'Анна', 'main')])
  expect(waits).toEqual([{ from: at(10), to: at(30), after: null, queue: 'main' }])
  expect(waited(waits, 0)).toBe(20_000)
})

it('a transfer that was answered later is a wait of its own, and the sum counts it', () => {
  const waits = waitsOf(call, [
    part(30, 60, 'Анна', 'main'),
    part(75, 90, 'Борис', null),
    part(90, null, 'Вера', 'main'),
  ])
  expect(waits.map(({ after }) => after)).toEqual([null, 'Анна'])
  expect(waited(waits, 0)).toBe(35_000)
})

it('a caller who waits again waits until now', () => {
  const waits = waitsOf(call, [part(30, 60, 'Анна', 'main')])
  expect(waits.at(-1)).toEqual({ from: at(60), to: null, after: 'Анна', queue: null })
  expect(waited(waits, 70_000)).toBe(30_000)
})

it('the end of a call ends its last wait', () => {
  const ended = { ...call, ended_at: at(60), state: 'ended' } as const
  expect(waitsOf(ended, [part(30, 60, 'Анна', 'main')])).toHaveLength(1)
  expect(waited(waitsOf({ ...ended, answered_at: null, ended_at: at(25) }, []), 0)).toBe(15_000)
})
