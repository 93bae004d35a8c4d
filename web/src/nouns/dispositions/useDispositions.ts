import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { api } from '../../api/client'
import type { DispositionLine } from '../../api/types'

export function useDispositions(): UseQueryResult<DispositionLine[]> {
  return useQuery({
    queryKey: ['dispositions'],
    queryFn: async () => (await api.get('/dispositions')).items,
    staleTime: Infinity,
  })
}
