// What the server says, as its OpenAPI document and docs/live.md write it.

import type { NewTicket } from './generated'

export type * from './generated'
// Named one by one: they win over a schema of the same name.
export type { AgentRow, CallRow, LiveMessage, QueueRow, Row, WaitingRow } from './liveRows'

export interface Page<T> {
  items: T[]
  next: string | null
}
/** What a ticket's form sends, to a new ticket and to an old one. */
export type TicketFields = Required<
  Pick<
    NewTicket,
    | 'kind'
    | 'priority'
    | 'classifier_id'
    | 'building_id'
    | 'unit_id'
    | 'place_text'
    | 'requester_id'
    | 'requester_phone'
    | 'title'
    | 'details'
  >
> &
  Pick<NewTicket, 'told'>
