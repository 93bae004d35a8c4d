// Filters live in the URL: Back works, a copied link opens the same view.

import { useNavigate, useParams, useSearch } from '@tanstack/react-router'

export function useUrl(): [Record<string, string>, (changes: Record<string, string | null | undefined>) => void] {
  const search = useSearch({ strict: false }) as Record<string, string>
  const navigate = useNavigate()
  const set = (changes: Record<string, string | null | undefined>) => {
    const next: Record<string, string> = {}
    for (const [key, value] of Object.entries({ ...search, ...changes })) if (value) next[key] = value
    void navigate({ to: '.', search: next as never, replace: true })
  }
  return [search, set]
}

/** The text as one of these words; anybody can write anything into a URL. */
export function among<W extends string>(words: readonly W[], text: string | undefined): W | undefined {
  return words.find((word) => word === text)
}

/** What of the address is not understood: set, and nothing of that name was read from it. */
export function strayFilters(url: Record<string, string>, read: Record<string, unknown>): string[] {
  return Object.keys(url).filter((name) => url[name] && read[name] === undefined)
}

/** The id when it is of these; while they are not known, any id. */
export function idAmong(list: readonly { id: string }[] | undefined, text: string | undefined): string | undefined {
  const id = uuid(text)
  return list === undefined || list.length === 0 || list.some((each) => each.id === id) ? id : undefined
}

/** The text as an id; what is none is not asked for. */
export function uuid(text: string | undefined): string | undefined {
  return text && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text) ? text : undefined
}

/** The text as a day of the calendar, `2026-02-28`. */
export function day(text: string | undefined): string | undefined {
  if (!text || !/^[1-9]\d{3}-\d\d-\d\d$/.test(text)) return undefined
  const at = new Date(`${text}T00:00:00Z`)
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text ? undefined : text
}

/** The number in `1060`, `№ 1060`, `#1060`: what a person types instead of an id. */
export function numberIn(text: string): string | null {
  return /^(?:№|#|no\.?)?\s*0*(\d{1,12})$/iu.exec(text.trim())?.[1] ?? null
}

export function useId(): string {
  return (useParams({ strict: false }) as { id?: string }).id ?? ''
}
