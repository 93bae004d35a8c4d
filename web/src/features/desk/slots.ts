// One call, several tickets: which forms are open, what became of each. Pure; kept in the draft of the call.

import type { DispositionCode } from '../../api/types'

export interface Slot {
  /** `first` is the ticket the server opened by itself; every further one carries its own id, made here, so a repeated save is one ticket. */
  key: 'first' | (string & {})
  saved: { id: string; number: string } | null
  linked: boolean
}

export interface Slots {
  list: Slot[]
  active: string
}

export const firstSlot: Slot = { key: 'first', saved: null, linked: false }

export function activeOf(slots: Slots): Slot {
  return slots.list.find((slot) => slot.key === slots.active) ?? slots.list[0] ?? firstSlot
}

export function withOneMore(slots: Slots, id: string): Slots {
  return { list: [...slots.list, { key: id, saved: null, linked: false }], active: id }
}

export function withSaved(slots: Slots, key: string, saved: Slot['saved'], linked = false): Slots {
  return { ...slots, list: slots.list.map((slot) => (slot.key === key ? { ...slot, saved, linked } : slot)) }
}

export function without(slots: Slots, key: string): Slots {
  const list = slots.list.filter((slot) => slot.key !== key || slot.key === 'first')
  return { list, active: list[list.length - 1]?.key ?? 'first' }
}

/** The disposition that the wrap-up proposes, from what was done in the call. */
export function proposed(slots: Slots, consultation: string): { code: DispositionCode | null; ticket: Slot['saved'] } {
  const made = slots.list.find((slot) => slot.saved && !slot.linked)
  if (made) return { code: 'ticket_created', ticket: made.saved }
  const linked = slots.list.find((slot) => slot.saved && slot.linked)
  if (linked) return { code: 'ticket_linked', ticket: linked.saved }
  if (consultation.trim() !== '') return { code: 'consulted', ticket: null }
  return { code: null, ticket: null }
}
