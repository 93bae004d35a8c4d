import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import type { BuildingLine, UnitLine } from '../../api/types'
import { Finder } from '../../ui/Finder'
import { unitName } from '../../ui/unitName'
import { TYPING_MS } from '../../ui/useSearch'
import { useBuildings } from '../buildings/useBuildings'
import { matchBuildings, readAddress, sortUnits } from './address'

export interface ChosenUnit {
  id: string
  label: string
  kind?: string
  building: { id: string; name: string }
}

type Place = { unit: UnitLine; building: null } | { unit: null; building: BuildingLine }

const UNITS = 100

const SHOWN = 14

/** A flat number, a street, or both: "12", "лесная 5 кв 12". A whole building may be chosen too. */
export function UnitPicker({
  value,
  building,
  onPick,
  onBuilding,
  onClear,
  error,
}: {
  value: ChosenUnit | null
  /** A building chosen without a unit. */
  building?: { id: string; name: string } | null
  onPick: (unit: UnitLine) => void
  onBuilding?: (building: BuildingLine) => void
  onClear: () => void
  error?: ReactNode
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [asked] = useDebouncedValue(typed, TYPING_MS)
  const read = readAddress(asked)
  const buildings = useBuildings()
  const matching = matchBuildings(buildings, read.words)
  const [only] = matching.length === 1 ? matching : [null]
  const query = useQuery({
    queryKey: ['units', 'search', read.label, only?.id],
    queryFn: () => api.get('/units', { params: { query: { q: read.label, building: only?.id, limit: UNITS } } }),
    enabled: read.label !== '' || only !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  const inMatching = (unit: UnitLine) =>
    matching.length === 0 ? read.words.length === 0 : matching.some((each) => each.id === unit.building.id)
  const units = asked.trim() === '' ? [] : sortUnits((query.data?.items ?? []).filter(inMatching), read.label)
  const whole = onBuilding
    ? matchBuildings(buildings, [...read.words, read.label].filter(Boolean)).map((each): Place => ({
        unit: null,
        building: each,
      }))
    : []
  const flats = units.slice(0, SHOWN).map((unit): Place => ({ unit, building: null }))
  const options: Place[] = read.label === '' ? [...whole, ...flats] : [...flats, ...whole]
  return (
    <Finder<Place>
      label={t('ticket.address')}
      placeholder={t('ticket.address_hint')}
      error={error}
      chosen={value ? `${value.building.name}, ${unitName(t, value)}` : (building?.name ?? '')}
      options={options}
      loading={query.isFetching && asked !== ''}
      idOf={(option) => option.unit?.id ?? option.building?.id ?? ''}
      onType={setTyped}
      onPick={(option) => {
        if (option.unit) onPick(option.unit)
        else if (option.building) onBuilding?.(option.building)
      }}
      onClear={onClear}
      render={(option) =>
        option.unit ? (
          <span>
            <b>{unitName(t, option.unit)}</b> <span className="muted">{option.unit.building.name}</span>
          </span>
        ) : (
          <span>
            <b>{option.building?.name}</b> <span className="muted">{t('ticket.building_option')}</span>
          </span>
        )
      }
    />
  )
}
