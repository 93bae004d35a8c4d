// Who sees what. Mirrors src/http/access.rs of the server, which decides; this only hides what it would refuse.

import type { Me, Role } from '../api/types'

export type Place = 'desk' | 'board' | 'tickets' | 'calls' | 'contacts' | 'buildings' | 'callbacks' | 'intakes' | 'people'

const PLACES: Record<Place, Role[]> = {
  desk: ['dispatcher', 'supervisor'],
  board: ['dispatcher', 'supervisor', 'administrator'],
  tickets: ['dispatcher', 'supervisor', 'administrator', 'technician'],
  calls: ['dispatcher', 'supervisor', 'administrator'],
  contacts: ['dispatcher', 'supervisor', 'administrator'],
  buildings: ['dispatcher', 'supervisor', 'administrator', 'technician'],
  callbacks: ['dispatcher', 'supervisor', 'administrator'],
  intakes: ['dispatcher', 'supervisor', 'administrator'],
  people: ['administrator'],
}

export function canSee(me: Pick<Me, 'role'>, place: Place): boolean {
  return PLACES[place].includes(me.role)
}

/** Where a person starts the day. */
export function homeOf(me: Pick<Me, 'role'>): Place {
  if (me.role === 'dispatcher') return 'desk'
  if (me.role === 'technician') return 'tickets'
  return 'board'
}
