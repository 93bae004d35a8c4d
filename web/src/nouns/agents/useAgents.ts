import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { api } from '../../api/client'
import type { Agent } from '../../api/types'

export function useAgents(enabled = true): UseQueryResult<Agent[]> {
  return useQuery({
    queryKey: ['agents'],
    queryFn: async () => (await api.get('/agents')).items,
    staleTime: 60_000,
    enabled,
  })
}
