import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { api } from '../../api/client'
import type { Queue } from '../../api/types'

export function useQueues(enabled = true): UseQueryResult<Queue[]> {
  return useQuery({
    queryKey: ['queues'],
    queryFn: async () => (await api.get('/queues')).items,
    staleTime: 60_000,
    enabled,
  })
}
