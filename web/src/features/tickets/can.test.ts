import { expect, it } from 'vitest'
import { commandsOf, forward, isFinal, needOf } from './can'

it('shows only what the server allows, in a steady order, unknown commands left out', () => {
  expect(commandsOf(['cancel', 'teleport', 'assign'])).toEqual(['assign', 'cancel'])
})

it('offers the furthest step forward', () => {
  expect(forward(commandsOf(['assign', 'reject', 'cancel']))).toBe('assign')
  expect(forward(commandsOf(['assign', 'accept', 'start', 'hold']))).toBe('start')
  expect(forward(commandsOf(['reopen']))).toBeNull()
})

it('irreversible commands ask, and every hold needs a reason', () => {
  expect(['reject', 'cancel', 'merge'].every((command) => isFinal(command as 'merge'))).toBe(true)
  expect(isFinal('finish')).toBe(false)
  expect(needOf('hold')).toBe('hold')
  expect(needOf('start')).toBeNull()
})
