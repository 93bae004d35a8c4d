// Every key of the product goes through here, so that `?` can list what works right now.
// Keys are physical (event.code): they work under the Russian and the English layout alike.

import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'

export interface KeyAction {
  /** "F2", "alt+KeyA", "ctrl+KeyK", "Digit1". Several: any of them. */
  keys: string[]
  /** Translated words for the `?` list. */
  label: string
  run: () => void
  /** False: listed greyed, does nothing. */
  enabled?: boolean
  group?: string
}

let actions: KeyAction[][] = []
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

/** What was typed for a field that has no focus yet. */
interface Early {
  text: string
  /** Enter was pressed after it. */
  entered: boolean
}

let early: Early | null = null

/** A field is on its way to the screen: what is typed until `takeEarly` is for it. */
export function keepEarly(): void {
  early = { text: '', entered: false }
}

export function takeEarly(): Early {
  const kept = early ?? { text: '', entered: false }
  early = null
  return kept
}

function keptEarly(event: KeyboardEvent): boolean {
  if (early === null || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false
  const { key } = event
  if (key === 'Backspace') early = { text: early.text.slice(0, -1), entered: false }
  else if (key === 'Enter') early = { ...early, entered: true }
  else if (key.length === 1) early = { text: early.text + key, entered: false }
  else return false
  event.preventDefault()
  event.stopPropagation()
  return true
}

export function handleKey(event: KeyboardEvent): void {
  if (keptEarly(event)) return
  if (event.repeat || event.isComposing) return
  const pressed = spelled(event)
  // An open dialog or list closes first.
  if (pressed === 'Escape' && document.querySelector('[role="dialog"], [role="listbox"]') !== null) return
  for (let index = actions.length - 1; index >= 0; index -= 1) {
    const action = actions[index]?.find((each) => each.enabled !== false && each.keys.includes(pressed))
    if (!action) continue
    if (bare(pressed) && typing(event.target)) return
    event.preventDefault()
    event.stopPropagation()
    action.run()
    return
  }
}

/** When two components use the same key, the one mounted last gets it. */
export function useKeys(list: KeyAction[]): void {
  const run = useEffectEvent((index: number) => list[index]?.run())
  const present = useEffectEvent(() => list)
  const signature = list.map((action) => `${action.keys.join()}|${action.label}|${action.enabled ?? true}`).join(';')
  useEffect(() => {
    const mine: KeyAction[] = present().map((action, index) => ({ ...action, run: () => run(index) }))
    actions = [...actions, mine]
    changed()
    return () => {
      actions = actions.filter((each) => each !== mine)
      changed()
    }
  }, [signature])
}

let listed: KeyAction[][] = actions
let flat: KeyAction[] = []

export function useKeyList(): KeyAction[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => {
      if (listed !== actions) {
        listed = actions
        flat = actions.flat()
      }
      return flat
    },
  )
}
