import { expect, it } from 'vitest'
import { canSee, homeOf } from './can'

it('everybody starts where they may be', () => {
  for (const role of ['dispatcher', 'supervisor', 'administrator', 'technician'] as const) {
    expect(canSee({ role }, homeOf({ role }))).toBe(true)
  }
})

it('technicians see no calls, and only administrators see people', () => {
  expect(canSee({ role: 'technician' }, 'calls')).toBe(false)
  expect(canSee({ role: 'technician' }, 'contacts')).toBe(false)
  expect(canSee({ role: 'supervisor' }, 'people')).toBe(false)
  expect(canSee({ role: 'administrator' }, 'people')).toBe(true)
})
