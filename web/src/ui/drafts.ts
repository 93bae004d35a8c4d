// Drafts: what was typed stays in localStorage until it is saved, through reload, log-out and crash.

import { useCallback, useEffect, useState } from 'react'

const PREFIX = 'linedesk.draft.'
/** Older drafts are deleted: a shift and a half. */
const KEEP_MS = 36 * 3_600_000

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

interface Kept<T> {
  at: number
  value: T
}

export function keep<T>(store: Store, key: string, value: T, now = Date.now()): void {
  try {
    store.setItem(PREFIX + key, JSON.stringify({ at: now, value } satisfies Kept<T>))
  } catch {
    // Without storage (full, forbidden) the form works, only the draft is not kept.
  }
}

export function kept<T>(store: Store, key: string): T | null {
  try {
    const raw = store.getItem(PREFIX + key)
    return raw === null ? null : (JSON.parse(raw) as Kept<T>).value
  } catch {
    return null
  }
}

export function drop(store: Store, key: string): void {
  store.removeItem(PREFIX + key)
}

export function sweep(store: Store, now: number): void {
  const old: string[] = []
  for (let index = 0; index < store.length; index += 1) {
    const key = store.key(index)
    if (!key?.startsWith(PREFIX)) continue
    try {
      const { at } = JSON.parse(store.getItem(key) ?? '') as Kept<unknown>
      if (!(now - at < KEEP_MS)) old.push(key)
    } catch {
      old.push(key)
    }
  }
  for (const key of old) store.removeItem(key)
}

/** useState kept in localStorage. `restored`: the value was typed before this page was opened. */
export function useDraft<T>(
  key: string,
  initial: () => T,
): { value: T; set: (next: T | ((old: T) => T)) => void; clear: () => void; restored: boolean } {
  const [state, setState] = useState(() => {
    const old = kept<T>(localStorage, key)
    return { key, value: old ?? initial(), restored: old !== null, touched: false }
  })
  // Another key (another call) has a draft of its own.
  if (state.key !== key) {
    const old = kept<T>(localStorage, key)
    setState({ key, value: old ?? initial(), restored: old !== null, touched: false })
  }
  useEffect(() => {
    if (state.touched) keep(localStorage, state.key, state.value, Date.now())
  }, [state])
  const set = useCallback((next: T | ((old: T) => T)) => {
    setState((old) => ({
      ...old,
      touched: true,
      value: typeof next === 'function' ? (next as (old: T) => T)(old.value) : next,
    }))
  }, [])
  const clear = () => {
    drop(localStorage, key)
    setState({ key, value: initial(), restored: false, touched: false })
  }
  return { value: state.value, set, clear, restored: state.restored }
}
