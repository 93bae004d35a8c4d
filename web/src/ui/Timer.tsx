import { useSyncExternalStore } from 'react'
import { currentTick, serverNow, subscribeSecond } from '../api/clock'
import { timer } from './format'

/** Re-renders each second; returns server time, ms. */
export function useNow(): number {
  useSyncExternalStore(subscribeSecond, currentTick)
  return serverNow()
}

/** Counts up from a moment of server time. */
export function Timer({ since, className }: { since: number | string | null | undefined; className?: string }) {
  const now = useNow()
  if (since === null || since === undefined) return <span className="num">—</span>
  return <span className={`num ${className ?? ''}`}>{timer(now - new Date(since).getTime())}</span>
}
