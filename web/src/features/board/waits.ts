// When callers wait in vain, by queue and by law: an operator answers within five minutes (decree 416, 13), with a warning from three; an
// emergency for which nobody is ready is an alarm at once.

import type { QueueRow } from '../../api/types'

export const WAIT_SOON_MS = 180_000
export const WAIT_BREACH_MS = 300_000

export type Level = '' | 'soon' | 'breach'

/** `why`: the words of what is wrong, in `board.alarm_...`. */
export interface Alarm {
  level: Level
  why: 'nobody_emergency' | 'late' | 'nobody' | 'soon' | null
}

export function waitLevel(ms: number): Level {
  if (ms >= WAIT_BREACH_MS) return 'breach'
  return ms >= WAIT_SOON_MS ? 'soon' : ''
}

/** `unoffered`: how many wait while no phone rings for them. */
export function alarmOf(
  row: Pick<QueueRow, 'waiting' | 'oldest' | 'ready'>,
  { emergency, unoffered, now }: { emergency: boolean; unoffered: number; now: number },
): Alarm {
  const nobody = unoffered > 0 && row.ready === 0
  if (emergency && nobody) return { level: 'breach', why: 'nobody_emergency' }
  const wait = waitLevel(row.oldest === null ? 0 : now - row.oldest)
  if (wait === 'breach') return { level: wait, why: 'late' }
  if (nobody) return { level: 'soon', why: 'nobody' }
  return wait === 'soon' ? { level: wait, why: 'soon' } : { level: '', why: null }
}
