// A list that grows by its cursor.

import { useInfiniteQuery } from '@tanstack/react-query'
import type { Page } from '../api/types'

/** `ask` gets the page that is wanted and adds `query` to it. */
export function useList<T, Query extends object>(
  noun: string,
  query: Query,
  ask: (query: Query & { limit: number; after: string | undefined }) => Promise<Page<T>>,
) {
  const list = useInfiniteQuery({
    queryKey: [noun, 'list', query],
    queryFn: ({ pageParam }) => ask({ ...query, limit: 50, after: pageParam ?? undefined }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: (old) => old,
  })
  return { ...list, items: list.data?.pages.flatMap((page) => page.items) }
}
