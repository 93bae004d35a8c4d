// A ticket as one line of a list.

import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { TicketLine } from '../../api/types'
import { ticketTitle } from '../classifiers/classifierWords'
import { paths } from '../../paths'
import { ClockMark } from '../../ui/ClockMark'
import { Link } from '../../ui/Link'
import { ScrollX } from '../../ui/ScrollX'
import { Cut, Phone, Priority, TicketState, When } from '../../ui/Small'
import { mostPressing } from '../../ui/clocks'
import { unitName } from '../../ui/unitName'
import { useMyself } from '../me/myself'

export function placeOf(t: TFunction, ticket: Pick<TicketLine, 'building' | 'unit'>): string {
  return [ticket.building?.name, unitName(t, ticket.unit)].filter(Boolean).join(', ')
}

export function TicketTable({ tickets }: { tickets: TicketLine[] }) {
  const { t, i18n } = useTranslation()
  const me = useMyself()
  return (
    <ScrollX>
      <table className="data cards fixed">
        <colgroup>
          <col style={{ width: 108 }} />
          <col />
          <col style={{ width: '17%' }} />
          <col style={{ width: '18%' }} />
          <col style={{ width: 218 }} />
          <col style={{ width: 128 }} />
        </colgroup>
        <thead>
          <tr>
            <th>№</th>
            <th>{t('ticket.title')}</th>
            <th>{t('ticket.address')}</th>
            <th>{t('ticket.requester')}</th>
            <th>{t('ticket.clock')}</th>
            <th>{t('ticket.state_column')}</th>
          </tr>
        </thead>
        <tbody>
          {tickets.map((ticket) => {
            const clock = mostPressing(ticket.clocks)
            return (
              <tr key={ticket.id}>
                <td className="num" style={{ textAlign: 'left' }}>
                  <Link to={paths.ticket(ticket.id)} className="strong">
                    {ticket.number}
                  </Link>
                  <div className="muted small beside">
                    <When at={ticket.registered_at} />
                  </div>
                </td>
                <td className="wide">
                  <div className="row" style={{ gap: 6 }}>
                    {ticket.priority === 1 && <Priority value={1} />}
                    <Link to={paths.ticket(ticket.id)} plain className="grow">
                      <Cut lines={2}>{ticketTitle(ticket, i18n.language) || t('ticket.untitled')}</Cut>
                    </Link>
                  </div>
                  {!ticket.complete && <span className="muted small">{t('ticket.incomplete')}</span>}
                </td>
                <td className={placeOf(t, ticket) ? 'wide' : 'desk-only'}>
                  <Cut lines={2}>{placeOf(t, ticket) || '—'}</Cut>
                </td>
                <td className={ticket.requester_name || ticket.requester_phone ? 'wide' : 'desk-only'}>
                  <Cut lines={2}>{ticket.requester_name || '—'}</Cut>
                  {ticket.requester_phone && (
                    <span className="muted small">
                      <Phone value={ticket.requester_phone} />
                    </span>
                  )}
                </td>
                <td className={clock ? '' : 'desk-only'}>
                  {clock ? <ClockMark clock={clock} /> : <span className="muted">—</span>}
                </td>
                <td>
                  <TicketState state={ticket.state} complete={ticket.complete} />
                  {ticket.executor && ticket.executor.id !== me.id && (
                    <div className="muted small beside">
                      <Cut lines={2}>{ticket.executor.name}</Cut>
                    </div>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </ScrollX>
  )
}

export function TicketItem({ ticket, action }: { ticket: TicketLine; action?: ReactNode }) {
  const { t, i18n } = useTranslation()
  const clock = mostPressing(ticket.clocks)
  return (
    <div className="row" style={{ alignItems: 'flex-start', padding: '6px 0' }}>
      <div className="grow">
        <div className="row wrap" style={{ gap: '2px 6px' }}>
          <Link to={paths.ticket(ticket.id)} className="strong num">
            {ticket.number}
          </Link>
          <TicketState state={ticket.state} complete={ticket.complete} />
          {clock && <ClockMark clock={clock} />}
        </div>
        <Cut lines={2}>{ticketTitle(ticket, i18n.language) || t('ticket.untitled')}</Cut>
        <div className="muted small cut" title={placeOf(t, ticket)}>
          {placeOf(t, ticket)}
        </div>
      </div>
      {action}
    </div>
  )
}
