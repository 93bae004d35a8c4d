import { Button } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import type { Ticket } from '../../api/types'
import { word } from '../../i18n'
import { useZone } from '../../nouns/buildings/useBuildings'
import { placeOf } from '../../nouns/tickets/lines'
import { classifierWords, ticketTitle } from '../../nouns/classifiers/classifierWords'
import { useMyself } from '../../nouns/me/myself'
import { paths } from '../../paths'
import { ClockMark } from '../../ui/ClockMark'
import { Link } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { Fact, Phone, Priority, TicketState, When } from '../../ui/Small'
import { sectionName } from '../../ui/unitName'
import { numberIn, useId } from '../../ui/url'
import { Loaded } from '../../ui/Wait'
import { BeingWritten } from './BeingWritten'
import { CommentForm } from './CommentForm'
import { EditTicket } from './EditTicket'
import { TicketByNumber } from './TicketByNumber'
import css from './TicketPage.module.css'
import { Timeline } from './Timeline'
import { Transitions } from './Transitions'

/** One ticket: what, where, whose, until when, and everything that happened. */
export function TicketPage() {
  const id = useId()
  const number = numberIn(id)
  return number === null ? <TicketById id={id} /> : <TicketByNumber number={number} />
}

function TicketById({ id }: { id: string }) {
  const ticket = useQuery({
    queryKey: ['tickets', id],
    queryFn: () => api.get('/tickets/{id}', { params: { path: { id } } }),
  })
  return (
    <Loaded query={ticket} lines={12}>
      {(data) => <WithTicket ticket={data} />}
    </Loaded>
  )
}

function WithTicket({ ticket }: { ticket: Ticket }) {
  const { t, i18n } = useTranslation()
  const me = useMyself()
  const zone = useZone(ticket.building?.id)
  const title = ticketTitle(ticket, i18n.language)
  usePageTitle(`№ ${ticket.number} ${title}`)
  const [editing, setEditing] = useState(false)
  return (
    <div className="stack" style={{ gap: 12 }}>
      <div className="row wrap between" style={{ alignItems: 'flex-start' }}>
        <div className="stack tight">
          <div className="row wrap">
            <span className="muted num">№ {ticket.number}</span>
            <TicketState state={ticket.state} complete={ticket.complete} />
            <Priority value={ticket.priority} />
            {!ticket.complete && <span className="muted">{t('ticket.incomplete')}</span>}
          </div>
          <h1>{title || t('ticket.untitled')}</h1>
        </div>
        <div className={`row wrap ${css.actions}`}>
          <Transitions ticket={ticket} zone={zone} />
          {me.permissions.includes('tickets.edit') && (
            <Button
              size="sm"
              variant="default"
              leftSection={<IconPencil size={16} aria-hidden />}
              onClick={() => setEditing(true)}
            >
              {t('do.edit')}
            </Button>
          )}
        </div>
      </div>
      <BeingWritten ticket={ticket} zone={zone} />
      <div className={css.grid}>
        <div className="stack" style={{ gap: 12 }}>
          {ticket.details && (
            <section
              className="paper pad"
              style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
              aria-label={t('ticket.details')}
            >
              {ticket.details}
            </section>
          )}
          <section className="paper" aria-label={t('ticket.timeline')}>
            <h2>{t('ticket.timeline')}</h2>
            <CommentForm ticket={ticket.id} />
            <Timeline ticket={ticket} zone={zone} />
          </section>
        </div>
        <aside className={css.about} aria-label={t('ticket.about')}>
          <section className="paper" aria-label={t('ticket.clocks')}>
            <h2>{t('ticket.clocks')}</h2>
            <div className="stack pad" style={{ alignItems: 'flex-start' }}>
              {ticket.clocks.map((clock) => (
                <ClockMark key={clock.code + clock.started_at} clock={clock} named zone={zone} />
              ))}
              {ticket.clocks.length === 0 && <span className="muted">{t('ticket.no_clocks')}</span>}
            </div>
          </section>
          <section className={`paper ${css.facts}`} aria-label={t('ticket.facts')}>
            <Fact name={t('ticket.address')}>
              {ticket.building ? (
                <Link to={paths.building(ticket.building.id, { unit: ticket.unit?.id })}>{placeOf(t, ticket)}</Link>
              ) : (
                '—'
              )}
              {(ticket.section || ticket.floor) && (
                <div className="muted small">
                  {[sectionName(t, ticket.section), ticket.floor ? t('unit.floor_n', { name: ticket.floor }) : null]
                    .filter(Boolean)
                    .join(', ')}
                </div>
              )}
              {ticket.place_text && <div className="muted small">{ticket.place_text}</div>}
            </Fact>
            <Fact name={t('ticket.requester')}>
              {ticket.requester && me.permissions.includes('contacts.read') ? (
                <Link to={paths.contact(ticket.requester.id)}>{ticket.requester.name || t('contact.erased')}</Link>
              ) : (
                ticket.requester?.name || ticket.requester_name || (ticket.requester ? t('contact.erased') : '—')
              )}
              {ticket.requester_phone && (
                <div>
                  <Phone value={ticket.requester_phone} />
                </div>
              )}
            </Fact>
            <Fact name={t('ticket.executor')}>
              {ticket.executor?.name ?? <span className="muted">{t('ticket.nobody')}</span>}
            </Fact>
            <Fact name={t('ticket.classifier')}>{classifierWords(ticket.classifier, i18n.language) || '—'}</Fact>
            <Fact name={t('ticket.kind')}>{word(t, 'ticket.kinds', ticket.kind)}</Fact>
            <Fact name={t('ticket.registered')}>
              <When at={ticket.registered_at} zone={zone} />
            </Fact>
          </section>
        </aside>
      </div>
      {editing && <EditTicket ticket={ticket} onClose={() => setEditing(false)} />}
    </div>
  )
}
