// How long a caller waited, wait by wait: in the queue, and again after each transfer. Pure.

import type { Call, CallPart } from '../../api/types'

export interface WaitPart {
  from: string
  /** Null: it goes on. */
  to: string | null
  /** Of whom the caller was passed on; null: the first wait. */
  after: string | null
  /** Null: for a person. */
  queue: string | null
}

/** A part that began where the last ended was no wait. */
const LEAST_MS = 1000

export function waitsOf(
  call: Pick<Call, 'queued_at' | 'arrived_at' | 'answered_at' | 'ended_at' | 'queue' | 'state'>,
  parts: Pick<CallPart, 'at' | 'ended_at' | 'queue' | 'agent'>[],
): WaitPart[] {
  const first: WaitPart = {
    from: call.queued_at ?? call.arrived_at,
    to: parts[0]?.at ?? call.answered_at ?? call.ended_at ?? null,
    after: null,
    queue: parts[0]?.queue ?? call.queue ?? null,
  }
  const later = parts.flatMap((part, index): WaitPart[] => {
    if (!part.ended_at) return []
    const next = parts[index + 1]
    const to = next?.at ?? call.ended_at ?? null
    const real = to === null || Date.parse(to) - Date.parse(part.ended_at) >= LEAST_MS
    return real ? [{ from: part.ended_at, to, after: part.agent.name, queue: next ? (next.queue ?? null) : null }] : []
  })
  return [first, ...later]
}

export function waited(waits: WaitPart[], now: number): number {
  return waits.reduce((sum, { from, to }) => sum + (to === null ? now : Date.parse(to)) - Date.parse(from), 0)
}
