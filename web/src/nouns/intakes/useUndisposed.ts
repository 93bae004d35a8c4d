import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { api } from '../../api/client'
import type { Intake, Page } from '../../api/types'

/** As many as the server gives at once; beyond it the count says "200+". */
const LIMIT = 200

export function useUndisposed(enabled = true): UseQueryResult<Page<Intake>> {
  return useQuery({
    queryKey: ['intakes', 'undisposed'],
    queryFn: () => api.get('/intakes', { params: { query: { undisposed: true, limit: LIMIT } } }),
    refetchInterval: 60_000,
    enabled,
  })
}
