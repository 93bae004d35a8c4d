// Every key of the product goes through here, so that `?` can list what works right now.
// Keys are physical (event.code): they work under the Russian and the English layout alike.

import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'

export interface KeyDeed {
  /** "F2", "alt+KeyA", "ctrl+KeyK", "Digit1". Several: any of them. */
  keys: string[]
  /** Translated words for the `?` list. */
  label: string
  run: () => void
  /** False: listed greyed, does nothing. */
  enabled?: boolean
  group?: string
}

let deeds: KeyDeed[][] = []
const watchers = new Set<() => void>()

function changed(): void {
  for (const watcher of watchers) watcher()
}

export function spelled(event: Pick<KeyboardEvent, 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'code'>): string {
  const parts: string[] = []
  if (event.ctrlKey || event.metaKey) parts.push('ctrl')
  if (event.altKey) parts.push('alt')
  if (event.shiftKey) parts.push('shift')
  parts.push(event.code)
  return parts.join('+')
}

/** "alt+KeyA" → "Alt A". */
export function readable(keys: string): string {
  return keys
    .split('+')
    .map((part) => {
      if (part === 'ctrl') return 'Ctrl'
      if (part === 'alt') return 'Alt'
      if (part === 'shift') return 'Shift'
      return part
        .replace(/^(Key|Digit)/, '')
        .replace('Escape', 'Esc')
        .replace('Slash', '/')
    })
    .join(' ')
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** A lone letter or digit must not act while someone types. */
function bare(keys: string): boolean {
  return /^(shift\+)?(Key|Digit|Slash|Comma|Period)/.test(keys)
}

export function handleKey(event: KeyboardEvent): void {
  if (event.repeat || event.isComposing) return
  const pressed = spelled(event)
  // An open dialog or list closes first.
  if (pressed === 'Escape' && document.querySelector('[role="dialog"], [role="listbox"]') !== null) return
  for (let index = deeds.length - 1; index >= 0; index -= 1) {
    const deed = deeds[index]?.find((each) => each.enabled !== false && each.keys.includes(pressed))
    if (!deed) continue
    if (bare(pressed) && typing(event.target)) return
    event.preventDefault()
    event.stopPropagation()
    deed.run()
    return
  }
}

/** When two components use the same key, the one mounted last gets it. */
export function useKeys(list: KeyDeed[]): void {
  const run = useEffectEvent((index: number) => list[index]?.run())
  const present = useEffectEvent(() => list)
  const signature = list.map((deed) => `${deed.keys.join()}|${deed.label}|${deed.enabled ?? true}`).join(';')
  useEffect(() => {
    const mine: KeyDeed[] = present().map((deed, index) => ({ ...deed, run: () => run(index) }))
    deeds = [...deeds, mine]
    changed()
    return () => {
      deeds = deeds.filter((each) => each !== mine)
      changed()
    }
  }, [signature])
}

let listed: KeyDeed[][] = deeds
let flat: KeyDeed[] = []

export function useKeyList(): KeyDeed[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => {
      if (listed !== deeds) {
        listed = deeds
        flat = deeds.flat()
      }
      return flat
    },
  )
}
