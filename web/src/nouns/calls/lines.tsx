// A call as one line of a list.

import { IconPhoneIncoming, IconPlayerPlay } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../api/types'
import { word } from '../../i18n'
import { paths } from '../../paths'
import { Link } from '../../ui/Link'
import { ScrollX } from '../../ui/ScrollX'
import { Cut, Outcome, Phone, When } from '../../ui/Small'
import { timer } from '../../ui/format'
import { useQueueName } from '../queues/useQueueName'

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
            <th>{t('wrap.disposition')}</th>
            <th>{t('call.tickets')}</th>
            <th>
              <span className="visually-hidden">{t('call.recording')}</span>
            </th>
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
                <Phone value={call.from_number} of={call.contact} />
                {(call.contact?.name || call.from_name) && (
                  <div className="muted small">
                    <Cut lines={2}>{call.contact?.name ?? call.from_name ?? ''}</Cut>
                  </div>
                )}
              </td>
              <td className="desk-only">{call.dialled}</td>
              <td className="desk-only">{queueName(call.queue) || '—'}</td>
              <td className={call.agent ? '' : 'desk-only'} style={{ maxWidth: 160 }}>
                <Cut lines={2}>{call.agent?.name ?? '—'}</Cut>
              </td>
              <td className="num desk-only">{call.wait_ms === null ? '—' : timer(call.wait_ms)}</td>
              <td className="num desk-only">{call.talk_ms === null ? '—' : timer(call.talk_ms)}</td>
              <td>
                <Ended call={call} />
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

/** What the dispatcher said of it; how it went, where nobody talked or nothing was said. */
function Ended({ call }: { call: Call }) {
  const { t } = useTranslation()
  if (call.disposition && call.state === 'ended' && call.outcome === 'completed')
    return <span>{word(t, 'intake.dispositions', call.disposition)}</span>
  const lacks = call.state === 'ended' && call.answered_at !== null && !call.disposition
  return (
    <>
      <Outcome outcome={call.outcome} state={call.state} />
      {call.disposition && <div className="small">{word(t, 'intake.dispositions', call.disposition)}</div>}
      {lacks && <div className="muted small">{t('intake.no_disposition')}</div>}
    </>
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
        <Ended call={call} />
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
