// A ticket and a call as one line of a list; used wherever such lists are shown.

import { IconPhoneIncoming, IconPlayerPlay } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useQueues } from '../api/query'
import type { Call, TicketLine } from '../api/types'
import { paths } from '../paths'
import { ClockMark } from '../ui/ClockMark'
import { mostPressing } from '../ui/clocks'
import { timer } from '../ui/format'
import { Link } from '../ui/Link'
import { unitName } from '../ui/unitName'
import { useMyself } from './session'
import { Cut, Outcome, Phone, Priority, TicketState, When } from '../ui/Small'
import { ScrollX } from '../ui/ScrollX'

export function useQueueName(): (name: string | null | undefined) => string {
  const { i18n } = useTranslation()
  const queues = useQueues().data
  return (name) => {
    const queue = queues?.find((each) => each.name === name)
    return queue ? (i18n.language === 'en' ? queue.label_en : queue.label_ru) : (name ?? '')
  }
}

export function placeOf(t: TFunction, ticket: Pick<TicketLine, 'building' | 'unit'>): string {
  return [ticket.building?.name, unitName(t, ticket.unit)].filter(Boolean).join(', ')
}

export function TicketTable({ tickets }: { tickets: TicketLine[] }) {
  const { t } = useTranslation()
  const me = useMyself()
  return (
    <ScrollX>
      <table className="data cards fixed">
        <colgroup>
          <col style={{ width: 108 }} />
          <col />
          <col style={{ width: '17%' }} />
          <col style={{ width: '17%' }} />
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
                      <Cut lines={2}>{ticket.title || t('ticket.untitled')}</Cut>
                    </Link>
                  </div>
                  {!ticket.complete && <span className="muted small">{t('ticket.incomplete')}</span>}
                </td>
                <td className={placeOf(t, ticket) ? 'wide' : 'desk-only'}>
                  <Cut lines={2}>{placeOf(t, ticket) || '—'}</Cut>
                </td>
                <td className="desk-only">
                  <Cut>{ticket.requester_name || '—'}</Cut>
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
                  <TicketState state={ticket.state} />
                  {ticket.executor && ticket.executor.id !== me.id && (
                    <div className="muted small beside">
                      <Cut>{ticket.executor.name}</Cut>
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
  const { t } = useTranslation()
  const clock = mostPressing(ticket.clocks)
  return (
    <div className="row" style={{ alignItems: 'flex-start', padding: '6px 0' }}>
      <div className="grow">
        <div className="row wrap" style={{ gap: '2px 6px' }}>
          <Link to={paths.ticket(ticket.id)} className="strong num">
            {ticket.number}
          </Link>
          <TicketState state={ticket.state} />
          {clock && <ClockMark clock={clock} />}
        </div>
        <Cut lines={2}>{ticket.title || t('ticket.untitled')}</Cut>
        <div className="muted small cut" title={placeOf(t, ticket)}>
          {placeOf(t, ticket)}
        </div>
      </div>
      {action}
    </div>
  )
}

export function CallTable({ calls }: { calls: Call[] }) {
  const { t } = useTranslation()
  const queueName = useQueueName()
  return (
    <ScrollX>
      <table className="data cards">
        <thead>
          <tr>
            <th>{t('call.arrived')}</th>
            <th>{t('call.from')}</th>
            <th>{t('call.dialled')}</th>
            <th>{t('call.queue')}</th>
            <th>{t('call.agent')}</th>
            <th className="num">{t('call.wait')}</th>
            <th className="num">{t('call.talk')}</th>
            <th>{t('call.outcome')}</th>
            <th>{t('call.tickets')}</th>
            <th aria-label={t('call.recording')} />
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call.id}>
              <td>
                <Link to={paths.call(call.id)}>
                  <When at={call.arrived_at} />
                </Link>
              </td>
              <td style={{ maxWidth: 230 }}>
                <Phone value={call.from_number} />
                {(call.contact || call.from_name) && (
                  <div className="muted small">
                    <Cut>{call.contact?.name ?? call.from_name ?? ''}</Cut>
                  </div>
                )}
              </td>
              <td className="desk-only">{call.dialled}</td>
              <td className="desk-only">{queueName(call.queue) || '—'}</td>
              <td className={call.agent ? '' : 'desk-only'} style={{ maxWidth: 160 }}>
                <Cut>{call.agent?.name ?? '—'}</Cut>
              </td>
              <td className="num desk-only">{call.wait_ms === null ? '—' : timer(call.wait_ms)}</td>
              <td className="num desk-only">{call.talk_ms === null ? '—' : timer(call.talk_ms)}</td>
              <td>
                <Outcome outcome={call.outcome} state={call.state} />
              </td>
              <td>
                {call.tickets.map((ticket) => (
                  <Link key={ticket.id} to={paths.ticket(ticket.id)} style={{ marginRight: 6 }}>
                    {ticket.number}
                  </Link>
                ))}
              </td>
              <td>
                {call.recording_id && (
                  <Link to={paths.call(call.id)} aria-label={t('call.recording')} title={t('call.recording')}>
                    <IconPlayerPlay size={16} aria-hidden />
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}

export function CallItem({ call }: { call: Call }) {
  const queueName = useQueueName()
  return (
    <div style={{ padding: '6px 0' }}>
      <div className="row" style={{ gap: 6 }}>
        <IconPhoneIncoming size={15} aria-hidden />
        <Link to={paths.call(call.id)}>
          <When at={call.arrived_at} />
        </Link>
        <Outcome outcome={call.outcome} state={call.state} />
      </div>
      <div className="muted small cut">
        {[
          queueName(call.queue),
          call.agent?.name,
          call.talk_ms ? timer(call.talk_ms) : null,
          call.tickets.map((ticket) => `№ ${ticket.number}`).join(', '),
        ]
          .filter(Boolean)
          .join(' · ')}
      </div>
    </div>
  )
}
