// A radio group as the keyboard knows it: one tab stop, arrows choose, letters find by the beginning of the name.

import { type KeyboardEvent, useRef } from 'react'

/** A pause after which a letter begins another name. */
const TYPED_MS = 800

/** Where this key leads from `at`; null: it is no key of the group. */
export function radioAt(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (at + 1) % count
    case 'ArrowLeft':
    case 'ArrowUp':
      return (at + count - 1) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}

/** The next name from `at` on that begins with what was typed; a single letter repeated walks through its names. */
export function radioNamed(typed: string, names: string[], at: number): number | null {
  const again = typed.length > 1 && [...typed].every((letter) => letter === typed[0])
  const wanted = (again ? (typed[0] ?? '') : typed).toLocaleLowerCase()
  const from = typed.length === 1 || again ? at + 1 : Math.max(at, 0)
  for (let step = 0; step < names.length; step += 1) {
    const index = (from + step) % names.length
    if (names[index]?.toLocaleLowerCase().startsWith(wanted)) return index
  }
  return null
}

export interface Radios {
  group: { role: 'radiogroup'; ref: (group: HTMLElement | null) => void; onKeyDown: (event: KeyboardEvent) => void }
  /** Of the radio with this index. */
  radio: (index: number) => { role: 'radio'; 'aria-checked': boolean; tabIndex: number; onClick: () => void }
  /** The chosen radio, or the first. */
  focus: () => void
  /** As an arrow does: the focus goes along. */
  choose: (index: number) => void
}

/** `checked` is -1 while nothing is chosen. */
export function useRadios(names: string[], checked: number, pick: (index: number) => void, enter?: () => void): Radios {
  const group = useRef<HTMLElement | null>(null)
  const typed = useRef({ text: '', at: 0 })
  const stop = checked >= 0 && checked < names.length ? checked : 0
  const all = () => [...(group.current?.querySelectorAll<HTMLElement>('[role="radio"]') ?? [])]
  const choose = (index: number) => {
    all()[index]?.focus()
    pick(index)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || names.length === 0) return
    const at = all().indexOf(document.activeElement as HTMLElement)
    if (at < 0) return
    if (event.key === 'Enter' && enter) {
      event.preventDefault()
      if (checked < 0) pick(at)
      else enter()
      return
    }
    const moved = radioAt(event.key, at, names.length)
    const letter = event.key.length === 1 && /\p{L}/u.test(event.key)
    if (letter) {
      const now = Date.now()
      typed.current = { text: (now - typed.current.at < TYPED_MS ? typed.current.text : '') + event.key, at: now }
    }
    const to = moved ?? (letter ? radioNamed(typed.current.text, names, checked < 0 ? -1 : at) : null)
    if (moved !== null || letter) event.preventDefault()
    if (to !== null) choose(to)
  }
  return {
    group: { role: 'radiogroup', ref: (element) => void (group.current = element), onKeyDown },
    radio: (index) => ({
      role: 'radio',
      'aria-checked': index === checked,
      tabIndex: index === stop ? 0 : -1,
      onClick: () => pick(index),
    }),
    focus: () => all()[stop]?.focus(),
    choose,
  }
}
