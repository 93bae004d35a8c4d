// Server time. Every timer on the screen counts from it; the workstation's own clock may be minutes off.

const SAMPLES = 12
/** serverTime - localTime, ms. A message is always late, never early: the largest recent difference is the least delayed. */
const samples: number[] = []
let offset = 0

export function noteServerTime(serverMs: number, localMs: number = Date.now()): void {
  if (!Number.isFinite(serverMs)) return
  samples.push(serverMs - localMs)
  if (samples.length > SAMPLES) samples.shift()
  offset = Math.max(...samples)
}

export function serverNow(): number {
  return Date.now() + offset
}

/** One shared second for all timers of the page. */
const listeners = new Set<() => void>()
let ticker: ReturnType<typeof setInterval> | null = null
let tick = 0

export function subscribeSecond(listener: () => void): () => void {
  listeners.add(listener)
  ticker ??= setInterval(() => {
    tick += 1
    for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0 && ticker !== null) {
      clearInterval(ticker)
      ticker = null
    }
  }
}

export function currentTick(): number {
  return tick
}
