// The query cache holds all server state. Live hints invalidate it; there is almost no polling.

import { QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { api } from './client'
import { noteServerTime } from './clock'
import { live } from './live'
import { Problem } from './problem'
import type { About, Me } from './types'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal would be repeated; only a network failure or a busy server is retried.
      retry: (failures, error) =>
        failures < 2 && error instanceof Problem && (error.status === 0 || error.status === 503),
      refetchOnWindowFocus: true,
    },
    mutations: { retry: false },
  },
})

live.onRefusal(() => void queryClient.invalidateQueries({ queryKey: ['me'] }))

/** `changed {noun}` → every query whose key starts with that noun, and what shows it inside. */
const SHOWN_IN: Record<string, string[]> = {
  tickets: ['tickets', 'buildings', 'units', 'contacts', 'cards', 'calls', 'intakes'],
  calls: ['calls', 'cards', 'tickets'],
  intakes: ['intakes', 'callbacks', 'calls'],
  callbacks: ['callbacks', 'intakes'],
  recordings: ['recordings', 'calls', 'tickets'],
  contacts: ['contacts', 'cards'],
}

export function freshen(noun: string): void {
  for (const key of SHOWN_IN[noun] ?? [noun]) void queryClient.invalidateQueries({ queryKey: [key] })
}

/** Hints come in bursts (one call touches five nouns): collected for 150 ms. */
export function listenForChanges(): () => void {
  const nouns = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | null = null
  const flush = () => {
    timer = null
    const keys = new Set([...nouns].flatMap((noun) => SHOWN_IN[noun] ?? [noun]))
    nouns.clear()
    for (const key of keys) void queryClient.invalidateQueries({ queryKey: [key] })
  }
  const note = (noun: string) => {
    nouns.add(noun)
    timer ??= setTimeout(flush, 150)
  }
  const stops = [
    live.onHint((message) => {
      if (message.type === 'changed') note(message.noun)
      else note(message.type === 'draft' ? 'drafts' : 'calls')
    }),
    live.onReconnect(() => void queryClient.invalidateQueries()),
  ]
  return () => {
    for (const stop of stops) stop()
    if (timer !== null) clearTimeout(timer)
  }
}

export function useAbout(): UseQueryResult<About> {
  const queryFn = async () => {
    const about = await api.get('/about')
    noteServerTime(Date.parse(about.now))
    return about
  }
  return useQuery({ queryKey: ['about'], queryFn, staleTime: Infinity })
}

export function useMe(): UseQueryResult<Me> {
  return useQuery({ queryKey: ['me'], queryFn: () => api.get('/me'), staleTime: Infinity, retry: false })
}
