import { Modal, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAddressBook, IconBuilding, IconClipboardList, IconFileText, IconSearch } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import { ticketTitle } from '../nouns/classifiers/classifierWords'
import type { Me } from '../api/types'
import { readAddress } from '../nouns/units/address'
import { useBuildings } from '../nouns/buildings/useBuildings'
import { paths } from '../paths'
import { phone, phoneDigits } from '../ui/format'
import { takeEarly } from '../ui/keys'
import { useGo } from '../ui/Link'
import { unitName } from '../ui/unitName'
import { canSee } from './can'
import css from './CommandPalette.module.css'
import { PLACES } from './Nav'

interface Found {
  key: string
  title: string
  note: string
  path: string
  icon: ReactNode
}

const LIMIT = 6

/** Finds any client, ticket, unit, building or page by a few letters, a number or a phone. */
export function CommandPalette({ me, opened, onClose }: { me: Me; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      size="lg"
      padding={0}
      yOffset="12vh"
      centered={false}
      title={t('palette.open')}
      classNames={{ header: 'visually-hidden' }}
    >
      {opened && <Palette me={me} onClose={onClose} />}
    </Modal>
  )
}

function Palette({ me, onClose }: { me: Me; onClose: () => void }) {
  const { t } = useTranslation()
  const go = useGo()
  const [typed, setTyped] = useState('')
  const [index, setIndex] = useState(0)
  // Enter while the answer is on its way opens what was typed, not what was found for half of it.
  const [entered, setEntered] = useState<string | null>(null)
  const { found, settled } = useFound(me, typed)
  const current = Math.max(0, Math.min(index, found.length - 1))
  const open = (item: Found | undefined) => {
    if (!item) return
    onClose()
    go(item.path)
  }
  const wanted = entered === typed && settled ? found[current]?.path : undefined
  useEffect(() => {
    if (wanted === undefined) return
    onClose()
    go(wanted)
  }, [wanted, onClose, go])
  return (
    <div>
      <TextInput
        data-autofocus
        onFocus={() => {
          const { text, entered: sent } = takeEarly()
          if (text === '') return
          setTyped(text)
          if (sent) setEntered(text)
        }}
        variant="unstyled"
        size="md"
        className={css.input}
        leftSection={<IconSearch size={18} aria-hidden />}
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={found[current] ? `palette-${current}` : undefined}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setIndex(0)
          setEntered(null)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault()
            setIndex(Math.min(current + 1, found.length - 1))
          }
          if (event.key === 'ArrowUp') {
            event.preventDefault()
            setIndex(Math.max(current - 1, 0))
          }
          if (event.key === 'Enter') {
            event.preventDefault()
            setEntered(typed)
          }
        }}
      />
      <div id="palette-list" role="listbox" aria-label={t('palette.results')} className={css.list}>
        {found.map((item, at) => (
          <div
            key={item.key}
            id={`palette-${at}`}
            role="option"
            aria-selected={at === current}
            className={css.item}
            onMouseMove={() => setIndex(at)}
            onClick={() => open(item)}
          >
            <span className="muted" aria-hidden>
              {item.icon}
            </span>
            <span className="cut" title={item.title}>
              {item.title}
            </span>
            <span className="muted small cut" title={item.note}>
              {item.note}
            </span>
          </div>
        ))}
        {found.length === 0 && <div className="muted pad">{t('palette.nothing')}</div>}
      </div>
    </div>
  )
}

/** What is found, and whether it is all that will be for what is typed now. */
function useFound(me: Me, typed: string): { found: Found[]; settled: boolean } {
  const { t, i18n } = useTranslation()
  const [asked] = useDebouncedValue(typed.trim(), 150)
  const long = asked.length >= 2
  const digits = /^[\d\s()+-]{4,}$/.test(asked) ? phoneDigits(asked) : null
  const ticketsFound = useQuery({
    queryKey: ['tickets', 'palette', asked],
    queryFn: () => api.get('/tickets', { params: { query: { limit: LIMIT, q: asked } } }),
    enabled: long && canSee(me, 'tickets'),
    placeholderData: keepPreviousData,
  })
  const contactsFound = useQuery({
    queryKey: ['contacts', 'palette', asked],
    queryFn: () =>
      api.get('/contacts', { params: { query: { limit: LIMIT, ...(digits ? { phone: digits } : { q: asked }) } } }),
    enabled: long && canSee(me, 'contacts'),
    placeholderData: keepPreviousData,
  })
  const { label } = readAddress(asked)
  const unitsFound = useQuery({
    queryKey: ['units', 'palette', label],
    queryFn: () => api.get('/units', { params: { query: { limit: LIMIT, q: label } } }),
    enabled: long && label !== '' && canSee(me, 'buildings'),
    placeholderData: keepPreviousData,
  })
  const [tickets, contacts, units] = [ticketsFound.data?.items, contactsFound.data?.items, unitsFound.data?.items]
  const asking = [ticketsFound, contactsFound, unitsFound].some((query) => query.isPlaceholderData || query.isLoading)
  const settled = asked === typed.trim() && !asking
  const buildings = useBuildings(canSee(me, 'buildings'))
  const found = useMemo(() => {
    const small = asked.toLowerCase()
    const pages: Found[] = PLACES.filter(({ place }) => canSee(me, place)).map(({ place, path, Icon }) => ({
      key: place,
      title: t(`place.${place}`),
      note: t('palette.page'),
      path,
      icon: <Icon size={17} />,
    }))
    if (me.permissions.includes('tickets.create'))
      pages.push({
        key: 'new-ticket',
        title: t('ticket.new'),
        note: t('palette.page'),
        path: paths.newTicket(),
        icon: <IconFileText size={17} />,
      })
    if (me.permissions.includes('contacts.edit'))
      pages.push({
        key: 'new-contact',
        title: t('contact.add'),
        note: t('palette.page'),
        path: paths.newContact(),
        icon: <IconAddressBook size={17} />,
      })
    const matching = pages.filter((page) => page.title.toLowerCase().includes(small))
    if (!long) return matching
    return [
      ...(tickets ?? [])
        .slice(0, LIMIT)
        .map((ticket) => ({
          key: ticket.id,
          title: `№ ${ticket.number} · ${ticketTitle(ticket, i18n.language) || t('ticket.untitled')}`,
          note: [ticket.building?.name, unitName(t, ticket.unit)].filter(Boolean).join(', '),
          path: paths.ticket(ticket.id),
          icon: <IconClipboardList size={17} />,
        })),
      ...(contacts ?? [])
        .slice(0, LIMIT)
        .map((contact) => ({
          key: contact.id,
          title: contact.full_name,
          note: [
            phone(contact.phones[0]?.value),
            contact.units[0] ? `${contact.units[0].building.name}, ${unitName(t, contact.units[0])}` : '',
          ]
            .filter(Boolean)
            .join(' · '),
          path: paths.contact(contact.id),
          icon: <IconAddressBook size={17} />,
        })),
      ...(units ?? [])
        .slice(0, LIMIT)
        .map((unit) => ({
          key: unit.id,
          title: unitName(t, unit),
          note: unit.building.name,
          path: paths.building(unit.building.id, { unit: unit.id }),
          icon: <IconBuilding size={17} />,
        })),
      ...buildings
        .filter((building) => `${building.name} ${building.address} ${building.code}`.toLowerCase().includes(small))
        .slice(0, LIMIT)
        .map((building) => ({
          key: building.id,
          title: building.name,
          note: building.address,
          path: paths.building(building.id),
          icon: <IconBuilding size={17} />,
        })),
      ...matching,
    ]
  }, [asked, long, tickets, contacts, units, buildings, me, t, i18n.language])
  return { found, settled }
}
