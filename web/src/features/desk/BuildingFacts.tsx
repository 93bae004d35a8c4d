import { ActionIcon } from '@mantine/core'
import { IconLink } from '@tabler/icons-react'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import type { Card, TicketLine } from '../../api/types'
import { CallItem } from '../../nouns/calls/lines'
import { TicketItem } from '../../nouns/tickets/lines'
import { paths } from '../../paths'
import { Link } from '../../ui/Link'
import css from './Conversation.module.css'

const NEARBY = 5

/** What is known about the place: emergency notes, open tickets, last calls. */
export function BuildingFacts({
  card,
  building,
  canLink,
  onLink,
}: {
  card: Card
  building: string | null
  canLink: boolean
  onLink: (ticket: TicketLine) => void
}) {
  const { t } = useTranslation()
  const buildings = building ? card.buildings.filter((each) => each.id === building) : card.buildings
  const shown = buildings.length > 0 ? buildings : card.buildings
  const own = new Set([card.ticket?.id, ...card.call.tickets.map((ticket) => ticket.id)])
  const open = card.open_tickets.filter((ticket) => !own.has(ticket.id))
  const nearby =
    useQuery({
      queryKey: ['tickets', 'building', building],
      queryFn:
        building === null
          ? skipToken
          : () => api.get('/tickets', { params: { query: { state: 'open', building, limit: NEARBY } } }),
    }).data?.items.filter(
      (ticket) => !own.has(ticket.id) && !open.some((each) => each.id === ticket.id) && ticket.complete,
    ) ?? []
  const linkButton = (ticket: TicketLine) => (
    <ActionIcon
      variant="default"
      disabled={!canLink}
      onClick={() => onLink(ticket)}
      aria-label={t('desk.link_to', { number: ticket.number })}
      title={t('desk.link_to', { number: ticket.number })}
    >
      <IconLink size={16} aria-hidden />
    </ActionIcon>
  )
  return (
    <>
      {shown.map((each) => (
        <section key={each.id} className="paper" aria-label={each.name}>
          <div className={css.head}>
            <h2>
              <Link to={paths.building(each.id)}>{each.name}</Link>
            </h2>
            <span className="muted small">{t('desk.building_open', { number: each.open_tickets })}</span>
          </div>
          <div className="stack pad">
            <span className="muted small">{each.address}</span>
            {each.emergency_notes && <div className={css.note}>{each.emergency_notes}</div>}
          </div>
        </section>
      ))}
      <section className="paper" aria-label={t('desk.open_tickets')}>
        <div className={css.head}>
          <h2>{t('desk.open_tickets')}</h2>
        </div>
        <div className="pad" style={{ paddingBlock: 6 }}>
          {open.map((ticket) => (
            <TicketItem key={ticket.id} ticket={ticket} action={linkButton(ticket)} />
          ))}
          {open.length === 0 && <div className="muted">{t('desk.no_open_tickets')}</div>}
        </div>
      </section>
      <section className="paper" aria-label={t('desk.last_calls')}>
        <div className={css.head}>
          <h2>{t('desk.last_calls')}</h2>
        </div>
        <div className="pad" style={{ paddingBlock: 6 }}>
          {card.last_calls.map((call) => (
            <CallItem key={call.id} call={call} />
          ))}
          {card.last_calls.length === 0 && <div className="muted">{t('desk.no_last_calls')}</div>}
        </div>
      </section>
      {nearby.length > 0 && (
        <section className="paper" aria-label={t('desk.in_building')}>
          <div className={css.head}>
            <h2>{t('desk.in_building')}</h2>
          </div>
          <div className="pad" style={{ paddingBlock: 6 }}>
            {nearby.map((ticket) => (
              <TicketItem key={ticket.id} ticket={ticket} action={linkButton(ticket)} />
            ))}
            <Link to={paths.tickets({ building })} className="small">
              {t('desk.all_of_building')}
            </Link>
          </div>
        </section>
      )}
    </>
  )
}
