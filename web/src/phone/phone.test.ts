import { describe, expect, it } from 'vitest'
import { type Effect, type Event, idle, type Phone, step } from './phone'

const invite = (session: number, call: string | null = 'c1', resume = false): Event => ({
  is: 'invited',
  session,
  call,
  from: '+79120000001',
  queue: 'main',
  resume,
})

function play(...events: Event[]): { phone: Phone; effects: Effect[] } {
  let phone = idle
  const effects: Effect[] = []
  for (const event of events) {
    const [next, done] = step(phone, event)
    phone = next
    effects.push(...done)
  }
  return { phone, effects }
}

const up: Event[] = [{ is: 'start' }, { is: 'registered' }]
const talking: Event[] = [...up, invite(1), { is: 'answer' }, { is: 'accepted', session: 1 }]

describe('the line', () => {
  it('opens once and comes up with the registration', () => {
    const { phone, effects } = play({ is: 'start' }, { is: 'start' }, { is: 'registered' })
    expect(effects).toEqual([{ do: 'open' }])
    expect(phone.line).toBe('up')
  })
  it('falls back to connecting, keeps the call', () => {
    const { phone } = play(...talking, { is: 'disconnected' })
    expect(phone.line).toBe('connecting')
    expect(phone.talk.at).toBe('talking')
  })
  it('says why it was refused, until it is up again', () => {
    const { phone } = play({ is: 'start' }, { is: 'refused', replaced: true })
    expect(phone).toMatchObject({ line: 'refused', trouble: 'replaced' })
    expect(step(phone, { is: 'registered' })[0].trouble).toBeNull()
  })
  it('a stop ends everything', () => {
    const { phone, effects } = play(...up, invite(1), { is: 'stop' })
    expect(phone).toEqual(idle)
    expect(effects.slice(-3)).toEqual([{ do: 'silence' }, { do: 'bye', session: 1 }, { do: 'close' }])
  })
})

describe('a call', () => {
  it('rings, is answered, talks', () => {
    const { phone, effects } = play(...talking)
    expect(effects.map((effect) => effect.do)).toEqual(['open', 'ring', 'notify', 'silence', 'answer', 'mute'])
    expect(phone.talk).toMatchObject({ at: 'talking', call: 'c1', muted: false, held: false })
  })
  it('stops ringing when the caller leaves', () => {
    const { phone, effects } = play(...up, invite(1), { is: 'ended', session: 1, failed: true })
    expect(phone.talk.at).toBe('idle')
    expect(phone.trouble).toBeNull()
    expect(effects.at(-1)).toEqual({ do: 'silence' })
  })
  it('is rejected by hang up while ringing', () => {
    const { effects } = play(...up, invite(1), { is: 'hang_up' })
    expect(effects.slice(-2)).toEqual([{ do: 'silence' }, { do: 'refuse', session: 1, busy: false }])
  })
  it('a second one is refused as busy and leaves the first alone', () => {
    const { phone, effects } = play(...talking, invite(2, 'c2'))
    expect(effects.at(-1)).toEqual({ do: 'refuse', session: 2, busy: true })
    expect(phone.talk).toMatchObject({ at: 'talking', call: 'c1' })
  })
  it('without a microphone is refused with the reason', () => {
    const { phone, effects } = play(...up, invite(1), { is: 'answer' }, { is: 'microphone_failed', session: 1 })
    expect(phone).toMatchObject({ trouble: 'microphone', talk: { at: 'idle' } })
    expect(effects.at(-1)).toEqual({ do: 'refuse', session: 1, busy: false })
  })
  it('an answer twice is one answer', () => {
    const { effects } = play(...up, invite(1), { is: 'answer' }, { is: 'answer' })
    expect(effects.filter((effect) => effect.do === 'answer')).toHaveLength(1)
  })
})

describe('a reload or a network change', () => {
  it('takes the call back without ringing', () => {
    const { phone, effects } = play(...up, invite(7, 'c1', true))
    expect(effects.map((effect) => effect.do)).toEqual(['open', 'answer'])
    expect(step(phone, { is: 'accepted', session: 7 })[0].talk.at).toBe('talking')
  })
  it('moves the call to the new session, then drops the old one', () => {
    const { phone, effects } = play(...talking, invite(2, 'c1', true))
    expect(effects.at(-1)).toEqual({ do: 'answer', session: 2 })
    const [after, last] = step(phone, { is: 'accepted', session: 2 })
    expect(last).toContainEqual({ do: 'bye', session: 1 })
    const [unmoved] = step(after, { is: 'ended', session: 1, failed: false })
    expect(unmoved.talk).toMatchObject({ at: 'talking', session: 2 })
  })
  it('a resume of another call does not push out the one we have', () => {
    const { effects } = play(...talking, invite(2, 'c9', true))
    expect(effects.at(-1)).toEqual({ do: 'refuse', session: 2, busy: true })
  })
})

describe('a call that the board has no more', () => {
  it('is over, and the next one rings', () => {
    const { phone, effects } = play(...talking, { is: 'gone', call: 'c1' })
    expect(phone.talk.at).toBe('idle')
    expect(effects.slice(-2)).toEqual([{ do: 'silence' }, { do: 'bye', session: 1 }])
    expect(step(phone, invite(2, 'c2'))[0].talk.at).toBe('ringing')
  })
  it('is only its own', () => {
    expect(play(...talking, { is: 'gone', call: 'other' }).phone.talk.at).toBe('talking')
  })
})

describe('hold', () => {
  it('is asked once, and is held when the server said so', () => {
    const { phone, effects } = play(...talking, { is: 'hold', on: true }, { is: 'hold', on: true })
    expect(effects.filter((effect) => effect.do === 'hold')).toEqual([{ do: 'hold', call: 'c1', on: true }])
    expect(phone.talk).toMatchObject({ held: false, asking: true })
    expect(step(phone, { is: 'hold_done', on: true })[0].talk).toMatchObject({ held: true, asking: false })
  })
  it('the word of the board wins', () => {
    const { phone } = play(...talking, { is: 'held', call: 'c1', on: true })
    expect(phone.talk).toMatchObject({ held: true })
    expect(step(phone, { is: 'held', call: 'other', on: false })[0]).toBe(phone)
  })
  it('a failure is said and can be tried again', () => {
    const { phone } = play(...talking, { is: 'hold', on: true }, { is: 'hold_failed' })
    expect(phone).toMatchObject({ trouble: 'hold_failed', talk: { asking: false, held: false } })
  })
})

it('keys are for talking only', () => {
  expect(play(...up, invite(1), { is: 'digit', digit: '5' }).effects.at(-1)?.do).toBe('notify')
  expect(play(...talking, { is: 'digit', digit: '5' }).effects.at(-1)).toEqual({ do: 'digit', session: 1, digit: '5' })
})
