// Drafts of forms: what was typed stays in localStorage until it is saved, through reload and crash. They are a person's: who
// logs in next at this computer sees none of them. What is typed in a call is kept by the server.

import { createContext, useCallback, useContext, useEffect, useState } from 'react'

const PREFIX = 'linedesk.draft.'
/** Older drafts are deleted: a shift and a half. */
const KEEP_MS = 36 * 3_600_000

export type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

interface Kept<T> {
  at: number
  owner: string
  value: T
}

/** The id of the person who is logged in. */
export const DraftOwner = createContext<string>('')

function place(owner: string, key: string): string {
  return `${PREFIX}${owner}.${key}`
}

export function keep<T>(store: Store, owner: string, key: string, value: T, now = Date.now()): void {
  try {
    store.setItem(place(owner, key), JSON.stringify({ at: now, owner, value } satisfies Kept<T>))
  } catch {
    // Without storage (full, forbidden) the form works, only the draft is not kept.
  }
}

export function kept<T>(store: Store, owner: string, key: string): T | null {
  try {
    const raw = store.getItem(place(owner, key))
    return raw === null ? null : (JSON.parse(raw) as Kept<T>).value
  } catch {
    return null
  }
}

export function drop(store: Store, owner: string, key: string): void {
  store.removeItem(place(owner, key))
}

function keys(store: Store): string[] {
  return Array.from({ length: store.length }, (_, index) => store.key(index))
    .filter((key) => key !== null)
    .filter((key) => key.startsWith(PREFIX))
}

/** Deletes what is old, torn, or of nobody. */
export function sweep(store: Store, now: number): void {
  for (const key of keys(store)) {
    try {
      const { at, owner } = JSON.parse(store.getItem(key) ?? '') as Kept<unknown>
      if (typeof owner === 'string' && now - at < KEEP_MS) continue
    } catch {
      // Torn.
    }
    store.removeItem(key)
  }
}

export interface Listed {
  key: string
  at: number
  value: unknown
}

/** This person's drafts, the newest first. */
export function listed(store: Store, owner: string): Listed[] {
  const mine = place(owner, '')
  const list = keys(store).flatMap((whole) => {
    if (!whole.startsWith(mine)) return []
    try {
      const { at, value } = JSON.parse(store.getItem(whole) ?? '') as Kept<unknown>
      return [{ key: whole.slice(mine.length), at, value }]
    } catch {
      return []
    }
  })
  return list.sort((a, b) => b.at - a.at)
}

/** useState kept in localStorage. `restored`: the value was typed before this page was opened. */
export function useDraft<T>(
  key: string,
  initial: () => T,
): { value: T; set: (next: T | ((old: T) => T)) => void; clear: () => void; restored: boolean } {
  const owner = useContext(DraftOwner)
  const [state, setState] = useState(() => {
    const old = kept<T>(localStorage, owner, key)
    return { key, value: old ?? initial(), restored: old !== null, touched: false }
  })
  // Another key (another ticket) has a draft of its own.
  if (state.key !== key) {
    const old = kept<T>(localStorage, owner, key)
    setState({ key, value: old ?? initial(), restored: old !== null, touched: false })
  }
  useEffect(() => {
    if (state.touched) keep(localStorage, owner, state.key, state.value, Date.now())
  }, [owner, state])
  const set = useCallback((next: T | ((old: T) => T)) => {
    setState((old) => ({
      ...old,
      touched: true,
      value: typeof next === 'function' ? (next as (old: T) => T)(old.value) : next,
    }))
  }, [])
  const clear = () => {
    drop(localStorage, owner, key)
    setState({ key, value: initial(), restored: false, touched: false })
  }
  return { value: state.value, set, clear, restored: state.restored }
}

/** The first text that was typed, to know the draft by: of an edited thing, the first that differs from what it was. */
export function excerpt(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  if (typeof value !== 'object' || value === null) return ''
  const { values, base, ...rest } = value as Record<string, unknown>
  const [own, before] = typeof values === 'object' && values !== null ? [values, base] : [rest, undefined]
  const former: Record<string, unknown> = typeof before === 'object' && before !== null ? { ...before } : {}
  for (const [key, field] of Object.entries(own)) {
    const unchanged = JSON.stringify(field) === JSON.stringify(former[key])
    const text = unchanged || key === 'id' || key === 'code' ? '' : excerpt(field)
    if (text !== '') return text
  }
  return ''
}
