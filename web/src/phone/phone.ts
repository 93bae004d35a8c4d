// The softphone as a state machine: event → state + effects. No browser, no SIP, no React in here.

export type Line = 'off' | 'connecting' | 'up' | 'refused'

export interface Party {
  /** Our number for the SIP session that carries the call. */
  session: number
  /** The server's call id (X-Linedesk-Call). */
  call: string | null
  from: string | null
  queue: string | null
}

export type Talk =
  | { at: 'idle' }
  | ({ at: 'ringing' } & Party)
  /** `resume`: the server gives back a call after a reload; `replaces`: the dead session of the same call. */
  | ({ at: 'answering'; resume: boolean; replaces: number | null } & Party)
  | ({ at: 'talking'; muted: boolean; held: boolean; asking: boolean } & Party)

export interface Phone {
  line: Line
  /** Why the last registration was refused, or the last call could not be taken. */
  trouble: Trouble | null
  talk: Talk
}

export type Trouble = 'refused' | 'replaced' | 'microphone' | 'hold_failed' | 'call_failed'

export type Event =
  | { is: 'start' }
  | { is: 'stop' }
  | { is: 'disconnected' }
  | { is: 'registered' }
  | { is: 'refused'; replaced?: boolean }
  | ({ is: 'invited'; resume: boolean } & Party)
  | { is: 'answer' }
  | { is: 'reject' }
  | { is: 'accepted'; session: number }
  | { is: 'ended'; session: number; failed: boolean }
  | { is: 'microphone_failed'; session: number }
  | { is: 'mute'; on: boolean }
  | { is: 'hold'; on: boolean }
  | { is: 'hold_done'; on: boolean }
  | { is: 'hold_failed' }
  /** The board says whether the call is on hold: the server's state wins. */
  | { is: 'held'; call: string; on: boolean }
  /** The board no longer has the call: its end did not reach us (the server was restarted). */
  | { is: 'gone'; call: string }
  | { is: 'hang_up' }
  | { is: 'digit'; digit: string }

export type Effect =
  | { do: 'open' }
  | { do: 'close' }
  | { do: 'ring' }
  | { do: 'silence' }
  | { do: 'notify'; from: string | null; queue: string | null }
  | { do: 'answer'; session: number }
  | { do: 'refuse'; session: number; busy: boolean }
  | { do: 'bye'; session: number }
  | { do: 'mute'; on: boolean }
  | { do: 'hold'; call: string; on: boolean }
  | { do: 'digit'; session: number; digit: string }

export const idle: Phone = { line: 'off', trouble: null, talk: { at: 'idle' } }

export function step(phone: Phone, event: Event): [Phone, Effect[]] {
  switch (event.is) {
    case 'start':
      return phone.line === 'off' ? [{ ...phone, line: 'connecting', trouble: null }, [{ do: 'open' }]] : [phone, []]
    case 'stop':
      return stop(phone)
    case 'disconnected':
      return phone.line === 'off' ? [phone, []] : [{ ...phone, line: 'connecting' }, []]
    case 'registered':
      return [
        {
          ...phone,
          line: 'up',
          trouble: phone.trouble === 'refused' || phone.trouble === 'replaced' ? null : phone.trouble,
        },
        [],
      ]
    case 'refused':
      return [{ ...phone, line: 'refused', trouble: event.replaced ? 'replaced' : 'refused' }, []]
    case 'invited':
      return invited(phone, event)
    default:
      return inCall(phone, event)
  }
}

function stop(phone: Phone): [Phone, Effect[]] {
  const effects: Effect[] = []
  if (phone.talk.at === 'ringing') effects.push({ do: 'silence' })
  if (phone.talk.at !== 'idle') effects.push({ do: 'bye', session: phone.talk.session })
  effects.push({ do: 'close' })
  return [idle, effects]
}

function invited(phone: Phone, event: Extract<Event, { is: 'invited' }>): [Phone, Effect[]] {
  const caller: Party = { session: event.session, call: event.call, from: event.from, queue: event.queue }
  const talk = phone.talk
  if (talk.at === 'idle') {
    if (event.resume) {
      return [
        { ...phone, trouble: null, talk: { at: 'answering', resume: true, replaces: null, ...caller } },
        [{ do: 'answer', session: event.session }],
      ]
    }
    return [
      { ...phone, trouble: null, talk: { at: 'ringing', ...caller } },
      [{ do: 'ring' }, { do: 'notify', from: event.from, queue: event.queue }],
    ]
  }
  // The network changed under the call: the server offers the same call again on the new connection.
  if (event.resume && event.call !== null && event.call === talk.call && talk.at !== 'ringing') {
    return [
      { ...phone, talk: { at: 'answering', resume: true, replaces: talk.session, ...caller } },
      [{ do: 'answer', session: event.session }],
    ]
  }
  return [phone, [{ do: 'refuse', session: event.session, busy: true }]]
}

function inCall(phone: Phone, event: Event): [Phone, Effect[]] {
  const talk = phone.talk
  if (talk.at === 'idle') return [phone, []]
  switch (event.is) {
    case 'answer':
      if (talk.at !== 'ringing') return [phone, []]
      return [
        { ...phone, talk: { ...party(talk), at: 'answering', resume: false, replaces: null } },
        [{ do: 'silence' }, { do: 'answer', session: talk.session }],
      ]
    case 'reject':
      if (talk.at !== 'ringing') return [phone, []]
      return [
        { ...phone, talk: { at: 'idle' } },
        [{ do: 'silence' }, { do: 'refuse', session: talk.session, busy: false }],
      ]
    case 'accepted': {
      if (talk.at !== 'answering' || event.session !== talk.session) return [phone, []]
      const effects: Effect[] = [{ do: 'mute', on: false }]
      if (talk.replaces !== null) effects.push({ do: 'bye', session: talk.replaces })
      return [{ ...phone, talk: { ...party(talk), at: 'talking', muted: false, held: false, asking: false } }, effects]
    }
    case 'ended':
      // The end of a session we already replaced changes nothing.
      if (event.session !== talk.session) return [phone, []]
      return [
        {
          ...phone,
          trouble: event.failed && talk.at === 'answering' ? 'call_failed' : phone.trouble,
          talk: { at: 'idle' },
        },
        talk.at === 'ringing' ? [{ do: 'silence' }] : [],
      ]
    case 'microphone_failed':
      if (event.session !== talk.session) return [phone, []]
      return [
        { ...phone, trouble: 'microphone', talk: { at: 'idle' } },
        [{ do: 'silence' }, { do: 'refuse', session: event.session, busy: false }],
      ]
    case 'gone':
      if (event.call !== talk.call) return [phone, []]
      return [{ ...phone, talk: { at: 'idle' } }, [{ do: 'silence' }, { do: 'bye', session: talk.session }]]
    case 'hang_up':
      if (talk.at === 'ringing') return inCall(phone, { is: 'reject' })
      return [{ ...phone, talk: { at: 'idle' } }, [{ do: 'bye', session: talk.session }]]
    default:
      return talk.at === 'talking' ? talking(phone, talk, event) : [phone, []]
  }
}

function talking(phone: Phone, talk: Extract<Talk, { at: 'talking' }>, event: Event): [Phone, Effect[]] {
  switch (event.is) {
    case 'mute':
      return [{ ...phone, talk: { ...talk, muted: event.on } }, [{ do: 'mute', on: event.on }]]
    case 'hold':
      if (talk.asking || talk.held === event.on || talk.call === null) return [phone, []]
      return [
        { ...phone, trouble: null, talk: { ...talk, asking: true } },
        [{ do: 'hold', call: talk.call, on: event.on }],
      ]
    case 'hold_done':
      return [{ ...phone, talk: { ...talk, asking: false, held: event.on } }, []]
    case 'hold_failed':
      return [{ ...phone, trouble: 'hold_failed', talk: { ...talk, asking: false } }, []]
    case 'held':
      if (talk.asking || event.call !== talk.call || event.on === talk.held) return [phone, []]
      return [{ ...phone, talk: { ...talk, held: event.on } }, []]
    case 'digit':
      return [phone, [{ do: 'digit', session: talk.session, digit: event.digit }]]
    default:
      return [phone, []]
  }
}

function party(talk: Party): Party {
  return { session: talk.session, call: talk.call, from: talk.from, queue: talk.queue }
}
