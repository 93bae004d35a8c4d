// An undisposed intake as one line of a list.

import { Button } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Intake } from '../../api/types'
import { word } from '../../i18n'
import { paths } from '../../paths'
import { ClockMark } from '../../ui/ClockMark'
import { Link } from '../../ui/Link'
import { Cut, Phone, When } from '../../ui/Small'

export const INTAKE_LIMIT_MS = 30 * 60_000

export function intakeClock(intake: Intake) {
  return {
    code: 'dispose',
    law_ref: null,
    started_at: intake.arrived_at,
    due_at: new Date(Date.parse(intake.arrived_at) + INTAKE_LIMIT_MS).toISOString(),
    stopped_at: intake.disposed_at,
    breached_at: null,
  }
}

export function IntakeRow({ intake, onDispose }: { intake: Intake; onDispose: () => void }) {
  const { t } = useTranslation()
  return (
    <tr>
      <td>
        {intake.disposed_at ? (
          <span className="muted">{t('intake.disposed')}</span>
        ) : (
          <ClockMark clock={intakeClock(intake)} />
        )}
      </td>
      <td>
        <span className="row" style={{ gap: 6 }}>
          <IconInbox size={16} aria-hidden />
          {word(t, 'intake.channels', intake.channel)}
        </span>
      </td>
      <td style={{ maxWidth: 260 }}>
        <Phone value={intake.number} of={intake.contact} />
        {intake.contact && (
          <div className="small">
            <Link to={paths.contact(intake.contact.id)}>
              <Cut lines={2}>{intake.contact.name}</Cut>
            </Link>
          </div>
        )}
      </td>
      <td className="wide">
        {intake.disposition ? word(t, 'intake.dispositions', intake.disposition) : t('intake.no_disposition')}
        {intake.tickets.map((ticket) => (
          <Link key={ticket.id} to={paths.ticket(ticket.id)} className="num" style={{ marginLeft: 8 }}>
            № {ticket.number}
          </Link>
        ))}
        {intake.summary && (
          <div className="muted small">
            <Cut>{intake.summary}</Cut>
          </div>
        )}
      </td>
      <td>
        {intake.call_id ? (
          <Link to={paths.call(intake.call_id)}>
            <When at={intake.arrived_at} />
          </Link>
        ) : (
          <When at={intake.arrived_at} />
        )}
      </td>
      <td className="wide">
        {!intake.disposed_at && (
          <Button variant="default" onClick={onDispose}>
            {t('intake.dispose')}
          </Button>
        )}
      </td>
    </tr>
  )
}
