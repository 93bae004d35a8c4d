// Filter fields that live in the URL.

import { Select, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBuildings } from './buildings'

const TYPING_MS = 250

type Set = (changes: Record<string, string | null | undefined>) => void

export function SearchField({ url, set, name = 'q', label, placeholder }: { url: Record<string, string>; set: Set; name?: string; label: string; placeholder?: string }) {
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
  return <TextInput aria-label={label} placeholder={placeholder ?? label} leftSection={<IconSearch size={15} aria-hidden />} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} style={{ minWidth: 220 }} />
}

export function ChoiceField({ url, set, name, label, data, unset }: { url: Record<string, string>; set: Set; name: string; label: string; data: { value: string; label: string }[]; unset: string }) {
  return <Select aria-label={label} title={label} data={[{ value: '', label: unset }, ...data]} value={url[name] ?? ''} onChange={(value) => set({ [name]: value || null })} w={190} />
}

export function BuildingField({ url, set }: { url: Record<string, string>; set: Set }) {
  const { t } = useTranslation()
  const buildings = useBuildings()
  return <ChoiceField url={url} set={set} name="building" label={t('building.one')} unset={t('building.any')} data={buildings.map((building) => ({ value: building.id, label: building.name }))} />
}

export function DayField({ url, set, name, label }: { url: Record<string, string>; set: Set; name: string; label: string }) {
  return <TextInput type="date" aria-label={label} title={label} value={url[name] ?? ''} onChange={(event) => set({ [name]: event.currentTarget.value || null })} />
}

/** A day of the URL as the moment it begins or ends in Moscow; the server wants RFC 3339. */
export function dayStart(day: string | undefined): string | null {
  return day && /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(`${day}T00:00:00+03:00`).toISOString() : null
}

export function dayEnd(day: string | undefined): string | null {
  return day && /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(Date.parse(`${day}T00:00:00+03:00`) + 86_400_000).toISOString() : null
}
