import { Button } from '@mantine/core'
import { IconClipboardList, IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { TicketLine } from '../../api/types'
import { word } from '../../i18n'
import { BuildingField, ChoiceField, SearchField } from '../../parts/filters'
import { TicketTable } from '../../parts/lines'
import { List } from '../../parts/List'
import { useMyself } from '../../parts/session'
import { useList } from '../../parts/useList'
import { paths } from '../../paths'
import { useGo } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { useUrl } from '../../ui/url'
import { Empty } from '../../ui/Wait'

const STATES = ['open', 'new', 'assigned', 'accepted', 'in_progress', 'on_hold', 'done', 'closed', 'rejected', 'cancelled', 'merged']

export function TicketsPage() {
  const { t } = useTranslation()
  const me = useMyself()
  const go = useGo()
  const [url, set] = useUrl()
  const technician = me.role === 'technician'
  const list = useList<TicketLine>('tickets', '/tickets', {
    state: url.state === 'all' ? null : url.state ?? 'open', building: url.building, q: url.q, sort: url.sort ?? 'registered',
    executor: url.executor ?? (technician ? 'me' : null), unit: url.unit, contact: url.contact,
  })
  return (
    <PageFrame
      title={t('place.tickets')}
      actions={!technician && <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => go(paths.newTicket())}>{t('ticket.new')}</Button>}
      filters={
        <>
          <SearchField url={url} set={set} label={t('ticket.search')} />
          <ChoiceField url={url} set={set} name="state" label={t('ticket.state_column')} unset={word(t, 'ticket.state', 'open')} data={[...STATES.slice(1), 'all'].map((value) => ({ value, label: word(t, 'ticket.state', value) }))} />
          <BuildingField url={url} set={set} />
          <ChoiceField url={url} set={set} name="executor" label={t('ticket.executor')} unset={t('ticket.any_executor')} data={[{ value: 'me', label: t('ticket.mine') }]} />
          <ChoiceField url={url} set={set} name="sort" label={t('ticket.sort')} unset={t('ticket.sort_registered')} data={[{ value: 'due', label: t('ticket.sort_due') }]} />
        </>
      }
    >
      <List list={list} empty={<Empty title={t('ticket.none')} hint={t('ticket.none_hint')} icon={<IconClipboardList size={32} stroke={1.3} />} />}>
        {(items) => <TicketTable tickets={items} />}
      </List>
    </PageFrame>
  )
}
