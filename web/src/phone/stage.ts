// What this window's phone is at, from its own session and from the board. Pure.

import type { AgentRow, CallStage } from '../api/types'
import type { Phone } from './phone'

export type Instrument = 'browser' | 'desk_phone'

/** `elsewhere`: another window or device of the same person has the call. */
export type PhoneStage = 'ringing' | 'answering' | 'talking' | 'wrapping' | 'returning' | 'elsewhere' | 'none'

/** The call that this window had last: after a reload the server gives it back. `rings`: it was seen being given back. */
export interface Had {
  call: string | null
  rings: boolean
}

/** `talks`: the call of this window's session; `call` and `line`: the person's call on the board. */
export function hadAfter(had: Had, talks: string | null, call: string | null, line: CallStage | null): Had {
  if (talks !== null) return had.call === talks && !had.rings ? had : { call: talks, rings: false }
  if (had.call === null || had.call !== call) return had
  if (line === 'returning' || line === 'offered') return had.rings ? had : { ...had, rings: true }
  // It was given back, and not to this window.
  return had.rings && (line === 'talking' || line === 'held') ? { call: null, rings: false } : had
}

export function stageOf(
  phone: Phone,
  row: Pick<AgentRow, 'state' | 'call'> | null,
  instrument: Instrument,
  line: CallStage | null,
  had: Had,
): PhoneStage {
  if (phone.talk.at !== 'idle') return phone.talk.at
  if (!row?.call) return 'none'
  if (row.state === 'wrapping') return 'wrapping'
  const desk = instrument === 'desk_phone'
  // A transfer that rings: the colleague is taken already, the call is not answered.
  if (row.state === 'offered' || (desk && row.state === 'talking' && line === 'offered'))
    return desk ? 'ringing' : 'none'
  if (row.state !== 'talking') return 'none'
  if (desk) return 'talking'
  if (line === 'returning' || had.call === row.call) return 'returning'
  return line === 'offered' ? 'none' : 'elsewhere'
}

/** To whom this window transferred a call. */
export interface Given {
  call: string
  name: string
  queue: boolean
}

/** What became of a call that its agent gave away, while nobody has answered it; null: there is no such call. */
export function transferOf(
  stage: PhoneStage,
  call: string | null,
  line: CallStage | undefined,
  given: Given | null,
): 'rings' | 'missed' | 'queued' | 'waits' | null {
  if (stage !== 'wrapping') return null
  if (line === 'offered') return 'rings'
  if (line !== 'waiting') return null
  if (given === null || given.call !== call) return 'waits'
  return given.queue ? 'queued' : 'missed'
}

/** As it was kept in this window's storage; null: there is none, or it is not ours. */
export function readGiven(text: string | null): Given | null {
  try {
    const { call, name, queue } = JSON.parse(text ?? 'null') ?? {}
    return typeof call === 'string' && typeof name === 'string' ? { call, name, queue: queue === true } : null
  } catch {
    return null
  }
}
