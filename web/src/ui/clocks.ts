// How close a deadline is. The server decides what is overdue; this only colours the time left.

export interface ClockTimes {
  started_at: string
  due_at: string
  stopped_at?: string | null
  breached_at?: string | null
  /** Stands still since then (internal clocks of tickets on hold). */
  paused_at?: string | null
}

export type ClockLevel = 'met' | 'calm' | 'soon' | 'breach'

/** Amber from this share of the allowed time. */
export const SOON = 0.75

export function levelOf(clock: ClockTimes, now: number): ClockLevel {
  const started = Date.parse(clock.started_at)
  const due = Date.parse(clock.due_at)
  const stopped = clock.stopped_at ? Date.parse(clock.stopped_at) : null
  const paused = clock.paused_at ? Date.parse(clock.paused_at) : null
  if (clock.breached_at || (stopped ?? paused ?? now) > due) return 'breach'
  if (stopped !== null) return 'met'
  return (paused ?? now) - started >= (due - started) * SOON ? 'soon' : 'calm'
}

/** What to look at first: running breaches, then the nearest deadline, stopped ones last. */
export function mostPressing<C extends ClockTimes>(clocks: C[]): C | null {
  const running = clocks.filter((clock) => !clock.stopped_at)
  return [...running].sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at))[0] ?? null
}
