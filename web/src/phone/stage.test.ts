import { expect, it } from 'vitest'
import { idle, type Phone } from './phone'
import { type Had, hadAfter, readGiven, stageOf, transferOf } from './stage'

const row = { state: 'talking', call: 'c1' } as const
const nothing: Had = { call: null, rings: false }
const here: Phone = {
  ...idle,
  talk: { at: 'talking', session: 1, call: 'c1', from: null, queue: null, muted: false, held: false, asking: false },
}

it('a call without a session here is in another window', () => {
  expect(stageOf(idle, row, 'browser', 'talking', nothing)).toBe('elsewhere')
  expect(stageOf(idle, row, 'browser', 'held', { call: 'c0', rings: false })).toBe('elsewhere')
  expect(stageOf(here, row, 'browser', 'talking', nothing)).toBe('talking')
  expect(stageOf(idle, row, 'desk_phone', 'talking', nothing)).toBe('talking')
})

it('a window that had the call before its reload is given it back', () => {
  const had = hadAfter(nothing, 'c1', 'c1', 'talking')
  expect(stageOf(idle, row, 'browser', 'talking', had)).toBe('returning')
  expect(stageOf(idle, row, 'browser', 'returning', nothing)).toBe('returning')
})

it('given back to another window, the call is no longer awaited here', () => {
  let had: Had = { call: 'c1', rings: false }
  for (const line of ['talking', 'returning', 'offered'] as const) {
    had = hadAfter(had, null, 'c1', line)
    expect(stageOf(idle, row, 'browser', line, had), line).toBe('returning')
  }
  had = hadAfter(had, null, 'c1', 'talking')
  expect(stageOf(idle, row, 'browser', 'talking', had)).toBe('elsewhere')
})

it('a transfer that rings is no talk yet', () => {
  expect(stageOf(idle, row, 'browser', 'offered', nothing)).toBe('none')
  expect(stageOf(idle, row, 'desk_phone', 'offered', nothing)).toBe('ringing')
})

it('says what became of a transfer', () => {
  const given = { call: 'c1', name: 'Борис', queue: false }
  expect(transferOf('wrapping', 'c1', 'offered', given)).toBe('rings')
  expect(transferOf('wrapping', 'c1', 'waiting', given)).toBe('missed')
  expect(transferOf('wrapping', 'c1', 'waiting', { ...given, queue: true })).toBe('queued')
  expect(transferOf('wrapping', 'c2', 'waiting', given)).toBe('waits')
  expect(transferOf('wrapping', 'c1', 'talking', given)).toBeNull()
  expect(transferOf('talking', 'c1', 'waiting', given)).toBeNull()
})

it('to whom a call was given is known after a reload', () => {
  const given = { call: 'c1', name: 'Борис', queue: false }
  expect(readGiven(JSON.stringify(given))).toEqual(given)
  for (const other of [null, '', '{', '[]', '{"call":1}']) expect(readGiven(other), String(other)).toBeNull()
})
