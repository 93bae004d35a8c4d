import { expect, it } from 'vitest'
import { activeOf, firstSlot, proposed, type Slots, withOneMore, without, withSaved } from './slots'

const one: Slots = { list: [firstSlot], active: 'first' }

it('one more ticket becomes the active form and keeps the first', () => {
  const slots = withOneMore(one, 'x')
  expect(activeOf(slots).key).toBe('x')
  expect(slots.list.map((slot) => slot.key)).toEqual(['first', 'x'])
  expect(without(slots, 'x')).toEqual(one)
  expect(without(one, 'first').list).toHaveLength(1)
})

it('proposes what was done, and nothing when nothing was done', () => {
  expect(proposed(one, '')).toEqual({ code: null, ticket: null })
  expect(proposed(one, 'Объяснили тариф')).toEqual({ code: 'consulted', ticket: null })
  const linked = withSaved(one, 'first', { id: 't', number: '7' }, true)
  expect(proposed(linked, '').code).toBe('ticket_linked')
  const both = withSaved(withOneMore(linked, 'x'), 'x', { id: 'x', number: '8' })
  expect(proposed(both, '')).toEqual({ code: 'ticket_created', ticket: { id: 'x', number: '8' } })
})
