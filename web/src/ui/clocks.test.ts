import { expect, it } from 'vitest'
import { levelOf, mostPressing } from './clocks'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString()
const ms = (minute: number) => Date.parse(at(minute))

it('turns amber at 75 % and red at the due moment', () => {
  const clock = { started_at: at(0), due_at: at(20), stopped_at: null, breached_at: null }
  expect(levelOf(clock, ms(14))).toBe('calm')
  expect(levelOf(clock, ms(15))).toBe('soon')
  expect(levelOf(clock, ms(20))).toBe('soon')
  expect(levelOf(clock, ms(20) + 1)).toBe('breach')
})

it('a breach stays a breach after the work is done', () => {
  expect(levelOf({ started_at: at(0), due_at: at(20), stopped_at: at(25) }, ms(40))).toBe('breach')
  expect(levelOf({ started_at: at(0), due_at: at(20), stopped_at: at(5) }, ms(40))).toBe('met')
  expect(levelOf({ started_at: at(0), due_at: at(20), stopped_at: at(5), breached_at: at(20) }, ms(40))).toBe('breach')
})

it('names the nearest running deadline', () => {
  const near = { started_at: at(0), due_at: at(10), stopped_at: null }
  const far = { started_at: at(0), due_at: at(50), stopped_at: null }
  const stopped = { started_at: at(0), due_at: at(5), stopped_at: at(1) }
  expect(mostPressing([far, stopped, near])).toBe(near)
  expect(mostPressing([stopped])).toBeNull()
})
