// Fields that look something up while one types: classifier, unit, contact, ticket, executor.

import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, type Ref, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import type { BuildingLine, ClassifierLine, Contact, Page, TicketLine, UnitLine } from '../api/types'
import { phone, phoneDigits } from '../ui/format'
import { Finder } from '../ui/Finder'
import { unitName } from '../ui/unitName'
import { matchBuildings, readAddress, sortUnits } from './address'
import { useBuildings } from './buildings'

const TYPING_MS = 120
const LIMIT = 12

/** `key` says what else the answer depends on; below `least` characters nothing is asked. */
function useSearch<T>(
  key: string[],
  typed: string,
  ask: (q: string) => Promise<Page<T>>,
  least = 0,
): { items: T[]; loading: boolean } {
  const [asked] = useDebouncedValue(typed.trim(), TYPING_MS)
  const query = useQuery({
    queryKey: [...key, 'search', asked],
    queryFn: () => ask(asked),
    enabled: asked.length >= least,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  return {
    items: asked.length >= least ? (query.data?.items ?? []) : [],
    loading: query.isFetching && asked.length > 0,
  }
}

export interface ChosenClassifier {
  id: string
  place: string
  category: string
  problem: string
}

export function classifierWords(classifier: ChosenClassifier | null): string {
  return classifier ? `${classifier.category} · ${classifier.problem} · ${classifier.place}` : ''
}

export function ClassifierPicker({
  value,
  onPick,
  onClear,
  inputRef,
  description,
  error,
}: {
  value: ChosenClassifier | null
  onPick: (classifier: ClassifierLine) => void
  onClear: () => void
  inputRef?: Ref<HTMLInputElement>
  description?: ReactNode
  error?: ReactNode
}) {
  const { t, i18n } = useTranslation()
  const [typed, setTyped] = useState('')
  const { items, loading } = useSearch(['classifiers', i18n.language], typed, (q) =>
    api.get('/classifiers', { params: { query: { q, limit: LIMIT, lang: i18n.language } } }),
  )
  return (
    <Finder<ClassifierLine>
      label={t('ticket.classifier')}
      placeholder={t('ticket.classifier_hint')}
      description={description}
      error={error}
      inputRef={inputRef}
      chosen={classifierWords(value)}
      options={items}
      loading={loading}
      idOf={(option) => option.id}
      onType={setTyped}
      onPick={onPick}
      onClear={onClear}
      render={(option) => (
        <div>
          <div>
            <b>{option.problem}</b>
          </div>
          <div className="muted small">
            {option.category} · {option.place}
            {option.law_hint ? ` · ${option.law_hint}` : ''}
          </div>
        </div>
      )}
    />
  )
}

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

export function ContactPicker({
  label,
  chosen,
  onPick,
  onClear,
}: {
  label: string
  chosen: string
  onPick: (contact: Contact) => void
  onClear?: () => void
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const digits = /^[\d\s()+-]{4,}$/.test(typed.trim()) ? phoneDigits(typed) : null
  const { items, loading } = useSearch(
    ['contacts', digits ? 'phone' : 'words'],
    digits ?? typed,
    (asked) =>
      api.get('/contacts', { params: { query: { ...(digits ? { phone: asked } : { q: asked }), limit: LIMIT } } }),
    2,
  )
  return (
    <Finder<Contact>
      label={label}
      placeholder={t('contact.find_hint')}
      chosen={chosen}
      options={items}
      loading={loading}
      idOf={(option) => option.id}
      onType={setTyped}
      onPick={onPick}
      onClear={onClear}
      render={(option) => (
        <div>
          <b>{option.full_name}</b>
          <div className="muted small num">
            {[
              phone(option.phones[0]?.value),
              option.units.map((unit) => `${unit.building.name}, ${unitName(t, unit)}`).join('; '),
            ]
              .filter(Boolean)
              .join(' · ')}
          </div>
        </div>
      )}
    />
  )
}

export function TicketPicker({
  label,
  onPick,
  autoFocus,
}: {
  label: string
  onPick: (ticket: TicketLine) => void
  autoFocus?: boolean
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const { items, loading } = useSearch(
    ['tickets'],
    typed,
    (q) => api.get('/tickets', { params: { query: { q, limit: LIMIT } } }),
    1,
  )
  return (
    <Finder<TicketLine>
      label={label}
      placeholder={t('ticket.find_hint')}
      autoFocus={autoFocus}
      chosen=""
      options={items}
      loading={loading}
      idOf={(option) => option.id}
      onType={setTyped}
      onPick={onPick}
      render={(option) => (
        <div>
          <b className="num">№ {option.number}</b> {option.title}
          <div className="muted small">
            {[option.building?.name, unitName(t, option.unit), option.requester_name].filter(Boolean).join(' · ')}
          </div>
        </div>
      )}
    />
  )
}
