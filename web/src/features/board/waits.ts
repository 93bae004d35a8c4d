// When a wait is long: an operator answers within five minutes (decree 416, 13); a warning from three.

export const WAIT_SOON_MS = 180_000
export const WAIT_BREACH_MS = 300_000

export function waitLevel(ms: number): '' | 'soon' | 'breach' {
  if (ms >= WAIT_BREACH_MS) return 'breach'
  return ms >= WAIT_SOON_MS ? 'soon' : ''
}
