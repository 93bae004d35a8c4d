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

/** The filters of the address that are not understood: set, and nothing of that name was read from it. */
export function strayFilters(url: Record<string, string>, read: Record<string, unknown>): string[] {
  return Object.keys(read).filter((name) => url[name] && read[name] === undefined)
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

export function useId(): string {
  return (useParams({ strict: false }) as { id?: string }).id ?? ''
}
