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

export function useId(): string {
  return (useParams({ strict: false }) as { id?: string }).id ?? ''
}
