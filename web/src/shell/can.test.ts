import { expect, it } from 'vitest'
import { canSee, homeOf } from './can'

it('a place is seen with its permission only', () => {
  const technician = { permissions: ['tickets.read', 'buildings.read'] }
  expect(canSee(technician, 'tickets')).toBe(true)
  expect(canSee(technician, 'calls')).toBe(false)
  expect(canSee(technician, 'people')).toBe(false)
})

it('everybody starts where they may be', () => {
  expect(homeOf({ role: 'dispatcher', permissions: ['calls.control'] })).toBe('desk')
  expect(homeOf({ role: 'technician', permissions: ['tickets.read'] })).toBe('tickets')
  expect(homeOf({ role: 'supervisor', permissions: ['board.read', 'calls.control'] })).toBe('board')
  expect(homeOf({ role: 'administrator', permissions: ['people.read'] })).toBe('people')
  expect(homeOf({ role: 'dispatcher', permissions: [] })).toBe('buildings')
})
