// Who sees what. Mirrors src/http/access.rs of the server, which decides; this only hides what it would refuse.

import type { Me } from '../api/types'

export type Place =
  | 'desk'
  | 'board'
  | 'tickets'
  | 'calls'
  | 'contacts'
  | 'buildings'
  | 'callbacks'
  | 'intakes'
  | 'people'
  | 'classifiers'
  | 'audit'

const NEEDS: Record<Place, string> = {
  desk: 'calls.control',
  board: 'board.read',
  tickets: 'tickets.read',
  calls: 'calls.read',
  contacts: 'contacts.read',
  buildings: 'buildings.read',
  callbacks: 'callbacks.read',
  intakes: 'intakes.read',
  people: 'people.read',
  classifiers: 'classifiers.edit',
  audit: 'audit.read',
}

export function canSee(me: Pick<Me, 'permissions'>, place: Place): boolean {
  return me.permissions.includes(NEEDS[place])
}

/** The first page after the log-in. */
export function homeOf(me: Pick<Me, 'role' | 'permissions'>): Place {
  const wished: Place[] =
    me.role === 'dispatcher' ? ['desk'] : me.role === 'technician' ? ['tickets'] : ['board', 'people']
  return wished.find((place) => canSee(me, place)) ?? 'buildings'
}
