// Fields that look something up while one types: classifier, unit, contact, ticket, executor.

import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, type Ref, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import type { Classifier, ContactLine, Page, TicketLine, UnitLine } from '../api/types'
import { phone, phoneDigits } from '../ui/format'
import { Finder } from '../ui/Finder'

const TYPING_MS = 120
const LIMIT = 12

function useSearch<T>(noun: string, path: string, typed: string, more: Record<string, string | null | undefined> = {}, least = 0): { items: T[]; loading: boolean } {
  const [asked] = useDebouncedValue(typed.trim(), TYPING_MS)
  const query = useQuery({
    queryKey: [noun, 'search', path, asked, more],
    queryFn: () => api.get<Page<T>>(path, { q: asked, limit: LIMIT, ...more }),
    enabled: asked.length >= least,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
  return { items: asked.length >= least ? query.data?.items ?? [] : [], loading: query.isFetching && asked.length > 0 }
}

export interface ChosenClassifier { id: string; place: string; category: string; problem: string }

export function classifierWords(classifier: ChosenClassifier | null): string {
  return classifier ? `${classifier.category} · ${classifier.problem} · ${classifier.place}` : ''
}

export function ClassifierPicker({ value, onPick, onClear, inputRef, description, error }: {
  value: ChosenClassifier | null
  onPick: (classifier: Classifier) => void
  onClear: () => void
  inputRef?: Ref<HTMLInputElement>
  description?: ReactNode
  error?: ReactNode
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const { items, loading } = useSearch<Classifier>('classifiers', '/classifiers', typed)
  return (
    <Finder<Classifier>
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
          <div><b>{option.problem}</b></div>
          <div className="muted small">{option.category} · {option.place}{option.law_hint ? ` · ${option.law_hint}` : ''}</div>
        </div>
      )}
    />
  )
}

export interface ChosenUnit { id: string; label: string; building: { id: string; name: string } }

export function UnitPicker({ value, building, onPick, onClear, error }: {
  value: ChosenUnit | null
  building?: string | null
  onPick: (unit: UnitLine) => void
  onClear: () => void
  error?: ReactNode
}) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const { items, loading } = useSearch<UnitLine>('units', '/units', typed, { building }, 1)
  return (
    <Finder<UnitLine>
      label={t('ticket.address')}
      placeholder={t('ticket.address_hint')}
      error={error}
      chosen={value ? `${value.building.name}, ${value.label}` : ''}
      options={items}
      loading={loading}
      idOf={(option) => option.id}
      onType={setTyped}
      onPick={onPick}
      onClear={onClear}
      render={(option) => <span><b>{option.label}</b> <span className="muted">{option.building.name}</span></span>}
    />
  )
}

export function ContactPicker({ label, chosen, onPick, onClear }: { label: string; chosen: string; onPick: (contact: ContactLine) => void; onClear?: () => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const digits = /^[\d\s()+-]{4,}$/.test(typed.trim()) ? phoneDigits(typed) : null
  const { items, loading } = useSearch<ContactLine>('contacts', '/contacts', digits ?? typed, digits ? { q: null, phone: digits } : {}, 2)
  return (
    <Finder<ContactLine>
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
          <div className="muted small num">{[phone(option.phones[0]?.value), option.units.map((unit) => `${unit.building.name}, ${unit.label}`).join('; ')].filter(Boolean).join(' · ')}</div>
        </div>
      )}
    />
  )
}

export function TicketPicker({ label, onPick, autoFocus }: { label: string; onPick: (ticket: TicketLine) => void; autoFocus?: boolean }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const { items, loading } = useSearch<TicketLine>('tickets', '/tickets', typed, {}, 1)
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
          <div className="muted small">{[option.building?.name, option.unit?.label, option.requester_name].filter(Boolean).join(' · ')}</div>
        </div>
      )}
    />
  )
}
