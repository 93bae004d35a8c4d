// What is looked up while one types.

import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Page } from '../api/types'

export const TYPING_MS = 120

export const LIMIT = 12

/** `key` says what else the answer depends on; below `least` characters nothing is asked. */
export function useSearch<T>(
  key: string[],
  typed: string,
  ask: (q: string) => Promise<Page<T>>,
  least = 0,
): { items: T[]; loading: boolean } {
  const [asked] = useDebouncedValue(typed.trim(), TYPING_MS)
  const query = useQuery({
    queryKey: [...key, 'search', asked],
    queryFn: () => ask(asked),
    enabled: asked.length >= least,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  return {
    items: asked.length >= least ? (query.data?.items ?? []) : [],
    loading: query.isFetching && asked.length > 0,
  }
}
