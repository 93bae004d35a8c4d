import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client'
import type { BuildingLine } from '../../api/types'

/** All buildings at once: a company has dozens. */
export function useBuildings(enabled = true): BuildingLine[] {
  return (
    useQuery({ queryKey: ['buildings', 'all'], queryFn: () => api.get('/buildings'), staleTime: 60_000, enabled }).data
      ?.items ?? NONE
  )
}

const NONE: BuildingLine[] = []

/** The time zone of the building: its times are shown in it. */
export function useZone(building: string | null | undefined): string | undefined {
  return useBuildings(Boolean(building)).find((each) => each.id === building)?.timezone
}
