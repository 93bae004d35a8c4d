// A list that grows by its cursor.

import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from '../api/client'
import type { Page } from '../api/types'

type Query = Record<string, string | number | boolean | null | undefined>

export function useList<T>(noun: string, path: string, query: Query) {
  const list = useInfiniteQuery({
    queryKey: [noun, 'list', query],
    queryFn: ({ pageParam }) => api.get<Page<T>>(path, { ...query, limit: 50, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? null,
    placeholderData: (old) => old,
  })
  return { ...list, items: list.data?.pages.flatMap((page) => page.items) }
}
