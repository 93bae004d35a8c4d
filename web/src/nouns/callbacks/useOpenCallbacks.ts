import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { api } from '../../api/client'
import type { Callback, Page } from '../../api/types'

/** As many as the server gives at once; beyond it the count says "200+". */
const LIMIT = 200

/** Callbacks nobody has settled. A caller who left gets one of these; the intake is listed when it has none. */
export function useOpenCallbacks(enabled = true): UseQueryResult<Page<Callback>> {
  return useQuery({
    queryKey: ['callbacks', 'open'],
    queryFn: () => api.get('/callbacks', { params: { query: { state: 'open', limit: LIMIT } } }),
    refetchInterval: 60_000,
    enabled,
  })
}
