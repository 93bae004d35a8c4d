import { api } from '../../api/client'
import type { Sort } from '../../api/types'
import { Button, SegmentedControl } from '@mantine/core'
import { IconClipboardList, IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { word } from '../../i18n'
import { BuildingField } from '../../nouns/buildings/BuildingField'
import { useBuildings } from '../../nouns/buildings/useBuildings'
import { ChoiceField, EmptyList, SearchField, StrayFilters } from '../../ui/filters'
import { TicketTable } from '../../nouns/tickets/lines'
import { List } from '../../ui/List'
import { useMyself } from '../../nouns/me/myself'
import { useList } from '../../ui/useList'
import { paths } from '../../paths'
import { useKeys } from '../../ui/keys'
import { useGo } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { among, idAmong, useUrl, uuid } from '../../ui/url'
import { Empty } from '../../ui/Wait'

const STATES = [
  'open',
  'new',
  'assigned',
  'accepted',
  'in_progress',
  'on_hold',
  'done',
  'closed',
  'rejected',
  'cancelled',
  'merged',
]

export function TicketsPage() {
  const { t } = useTranslation()
  const me = useMyself()
  const go = useGo()
  const [url, set] = useUrl()
  const technician = me.role === 'technician'
  const sort: Sort = url.sort === 'due' || url.sort === 'registered' ? url.sort : technician ? 'due' : 'registered'
  const executor = url.executor === 'me' ? 'me' : uuid(url.executor)
  const building = idAmong(useBuildings(), url.building)
  const list = useList(
    'tickets',
    {
      state: url.state === 'all' ? undefined : (among(STATES, url.state) ?? 'open'),
      building,
      q: url.q,
      sort,
      executor: url.executor === 'any' ? undefined : (executor ?? (technician ? 'me' : undefined)),
      unit: uuid(url.unit),
      contact: uuid(url.contact),
    },
    (query) => api.get('/tickets', { params: { query } }),
  )
  useKeys([
    {
      keys: ['alt+KeyN'],
      label: t('ticket.new'),
      enabled: me.permissions.includes('tickets.create'),
      run: () => go(paths.newTicket()),
    },
  ])
  const read = {
    state: among([...STATES, 'open', 'all'], url.state),
    q: url.q,
    building,
    sort: among(['due', 'registered'], url.sort),
    executor: among(['me', 'any'], url.executor) ?? uuid(url.executor),
    unit: uuid(url.unit),
    contact: uuid(url.contact),
  }
  const icon = <IconClipboardList size={32} stroke={1.3} />
  const none =
    technician && url.executor === undefined ? (
      <Empty title={t('ticket.none_mine')} hint={t('ticket.none_mine_hint')} icon={icon}>
        <Button variant="default" onClick={() => set({ executor: 'any' })}>
          {t('ticket.mine_and_free')}
        </Button>
      </Empty>
    ) : (
      <Empty title={t('ticket.none')} hint={t('ticket.none_hint')} icon={icon}>
        {me.permissions.includes('tickets.create') && (
          <Button variant="default" onClick={() => go(paths.newTicket())}>
            {t('ticket.new')}
          </Button>
        )}
      </Empty>
    )
  return (
    <PageFrame
      title={t('place.tickets')}
      actions={
        me.permissions.includes('tickets.create') && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => go(paths.newTicket())}>
            {t('ticket.new')}
            <span className="key-hint">Alt N</span>
          </Button>
        )
      }
      filters={
        <>
          {technician && (
            <SegmentedControl
              className="whole"
              aria-label={t('ticket.executor')}
              value={url.executor === 'any' ? 'any' : 'me'}
              onChange={(value) => set({ executor: value === 'me' ? null : value })}
              data={[
                { value: 'me', label: t('ticket.mine') },
                { value: 'any', label: t('ticket.mine_and_free') },
              ]}
            />
          )}
          <SearchField url={url} set={set} label={t('ticket.search')} />
          <ChoiceField
            url={url}
            set={set}
            name="state"
            label={t('ticket.state_column')}
            unset={word(t, 'ticket.state', 'open')}
            data={[...STATES.slice(1), 'all'].map((value) => ({ value, label: word(t, 'ticket.state', value) }))}
          />
          {!technician && <BuildingField url={url} set={set} />}
          {!technician && (
            <ChoiceField
              url={url}
              set={set}
              name="executor"
              label={t('ticket.executor')}
              unset={t('ticket.any_executor')}
              data={[{ value: 'me', label: t('ticket.mine') }]}
            />
          )}
          {!technician && (
            <ChoiceField
              url={url}
              set={set}
              name="sort"
              label={t('ticket.sort')}
              unset={t('ticket.sort_registered')}
              data={[{ value: 'due', label: t('ticket.sort_due') }]}
            />
          )}
        </>
      }
    >
      <StrayFilters url={url} set={set} read={read} />
      <List
        list={list}
        empty={
          <EmptyList
            url={url}
            set={set}
            filters={['q', 'state', 'building', 'unit', 'contact', ...(technician ? [] : ['executor'])]}
            icon={icon}
          >
            {none}
          </EmptyList>
        }
      >
        {(items) => <TicketTable tickets={items} />}
      </List>
    </PageFrame>
  )
}
