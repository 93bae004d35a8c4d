// Filter fields that live in the URL.

import { Alert, Button, Select, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconSearch } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serverNow } from '../api/clock'
import { Empty } from './Wait'
import { ZONE } from './format'
import { useKeys } from './keys'
import { day, strayFilters } from './url'

const TYPING_MS = 250

export type Set = (changes: Record<string, string | null | undefined>) => void

export function SearchField({
  url,
  set,
  name = 'q',
  label,
  placeholder,
}: {
  url: Record<string, string>
  set: Set
  name?: string
  label: string
  placeholder?: string
}) {
  const [typed, setTyped] = useState(url[name] ?? '')
  const sent = useRef(typed)
  // Back and Forward change the field too.
  useEffect(() => {
    const now = url[name] ?? ''
    if (now !== sent.current) {
      sent.current = now
      setTyped(now)
    }
  }, [url, name])
  useEffect(() => {
    if (typed === sent.current) return
    const timer = setTimeout(() => {
      sent.current = typed
      set({ [name]: typed || null })
    }, TYPING_MS)
    return () => clearTimeout(timer)
  })
  const field = useRef<HTMLInputElement>(null)
  useKeys([{ keys: ['Slash'], label, run: () => field.current?.select() }])
  return (
    <TextInput
      ref={field}
      aria-label={label}
      placeholder={placeholder ?? label}
      leftSection={<IconSearch size={15} aria-hidden />}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      style={{ minWidth: 220 }}
    />
  )
}

export function ChoiceField({
  url,
  set,
  name,
  label,
  data,
  unset,
  searchable,
}: {
  url: Record<string, string>
  set: Set
  name: string
  label: string
  data: { value: string; label: string }[]
  unset: string
  /** Many: one types a part of it. */
  searchable?: boolean
}) {
  const { t } = useTranslation()
  return (
    <Select
      searchable={searchable}
      onFocus={(event) => searchable && event.currentTarget.select()}
      nothingFoundMessage={t('wait.nothing_found')}
      limit={searchable ? 50 : undefined}
      aria-label={label}
      title={label}
      data={[{ value: '', label: unset }, ...data]}
      value={data.some((choice) => choice.value === url[name]) ? url[name] : ''}
      onChange={(value) => set({ [name]: value || null })}
      w={190}
    />
  )
}

const DAY_MS = 86_400_000

function dayOf(at: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(new Date(at))
}

/** The usual periods by one choice, or two dates. The choice stands in the URL as two days. */
export function PeriodField({ url, set }: { url: Record<string, string>; set: Set }) {
  const { t } = useTranslation()
  const [own, setOwn] = useState(false)
  const now = serverNow()
  const [today, yesterday] = [dayOf(now), dayOf(now - DAY_MS)]
  const spans: Record<string, [from: string | null, to: string | null]> = {
    today: [today, today],
    yesterday: [yesterday, yesterday],
    week: [dayOf(now - 6 * DAY_MS), today],
    month: [dayOf(now - 29 * DAY_MS), today],
  }
  const [from, to] = [day(url.from) ?? null, day(url.to) ?? null]
  const known = Object.keys(spans).find((name) => spans[name]?.[0] === from && spans[name]?.[1] === to)
  const value = own ? 'days' : from === null && to === null ? '' : (known ?? 'days')
  const field = (name: string, label: string) => (
    <TextInput
      type="date"
      aria-label={label}
      title={label}
      value={day(url[name]) ?? ''}
      onChange={(event) => set({ [name]: event.currentTarget.value || null })}
    />
  )
  return (
    <>
      <Select
        aria-label={t('filter.period')}
        title={t('filter.period')}
        w={190}
        value={value}
        data={[
          { value: '', label: t('filter.any_day') },
          ...(['today', 'yesterday', 'week', 'month', 'days'] as const).map((name) => ({
            value: name,
            label: t(`filter.${name}`),
          })),
        ]}
        onChange={(chosen) => {
          setOwn(chosen === 'days')
          const [first, last] = spans[chosen ?? ''] ?? [null, null]
          if (chosen !== 'days') set({ from: first, to: last })
        }}
      />
      {value === 'days' && (
        <>
          {field('from', t('filter.from_day'))}
          <span className="muted">–</span>
          {field('to', t('filter.to_day'))}
        </>
      )}
    </>
  )
}

/** What the address asks for and nobody understands: the list below is not filtered by it. `read`: the filters as understood, by name. */
export function StrayFilters({
  url,
  set,
  read,
}: {
  url: Record<string, string>
  set: Set
  read: Record<string, unknown>
}) {
  const { t } = useTranslation()
  const stray = strayFilters(url, read)
  if (stray.length === 0) return null
  return (
    <Alert color="yellow" icon={<IconAlertTriangle size={18} aria-hidden />} role="status">
      <span className="row wrap">
        <span>{t('filter.stray', { filters: stray.map((name) => `${name}=${url[name]}`).join(', ') })}</span>
        <Button variant="default" onClick={() => set(Object.fromEntries(stray.map((name) => [name, null])))}>
          {t('filter.stray_reset')}
        </Button>
      </span>
    </Alert>
  )
}

/** For an empty list: when filters hide everything, says so and offers to clear them; else says what will appear here. */
export function EmptyList({
  url,
  set,
  filters,
  icon,
  children,
}: {
  url: Record<string, string>
  set: Set
  filters: string[]
  icon: ReactNode
  children: ReactNode
}) {
  const { t } = useTranslation()
  if (!filters.some((name) => url[name])) return children
  return (
    <Empty title={t('filter.nothing')} hint={t('filter.nothing_hint')} icon={icon}>
      <Button variant="default" onClick={() => set(Object.fromEntries(filters.map((name) => [name, null])))}>
        {t('filter.reset')}
      </Button>
    </Empty>
  )
}

/** A day of the URL as the moment it begins or ends in Moscow; the server wants RFC 3339. */
export function dayStart(text: string | undefined): string | undefined {
  const known = day(text)
  return known && new Date(`${known}T00:00:00+03:00`).toISOString()
}

export function dayEnd(text: string | undefined): string | undefined {
  const known = day(text)
  return known && new Date(Date.parse(`${known}T00:00:00+03:00`) + DAY_MS).toISOString()
}
