// A ticket of a call that is going on, or whose outcome nobody has said yet: who writes it, and since when.

import { Alert } from '@mantine/core'
import { IconPencilBolt } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { asProblem } from '../../api/problem'
import type { Ticket } from '../../api/types'
import { useMyself } from '../../nouns/me/myself'
import { paths } from '../../paths'
import { Link } from '../../ui/Link'
import { When } from '../../ui/Small'

export function BeingWritten({ ticket, zone }: { ticket: Ticket; zone: string | undefined }) {
  const { t } = useTranslation()
  const me = useMyself()
  const call = ticket.calls.find(({ call: each }) => each.answered_at && !each.disposition)?.call
  const reads = call !== undefined && !ticket.complete && me.permissions.includes('calls.control')
  const draft = useQuery({
    queryKey: ['drafts', call?.id],
    // Only who takes part in the call may read it; for others the call itself says enough.
    queryFn: () =>
      api.get('/calls/{id}/draft', { params: { path: { id: call?.id ?? '' } } }).catch((failed: unknown) => {
        if (asProblem(failed).status === 404) return null
        throw failed
      }),
    enabled: reads,
  }).data
  if (call === undefined || ticket.complete) return null
  const writer = draft?.changed_by?.name ?? call.agent?.name
  if (call.state === 'ended' && !draft?.changed_by) return null
  return (
    <Alert color="lamp" role="status" icon={<IconPencilBolt size={18} aria-hidden />}>
      <span className="row wrap" style={{ gap: 6 }}>
        <b>{t(call.state === 'live' ? 'ticket.call_goes_on' : 'ticket.no_outcome_yet')}</b>
        {writer && (
          <span>
            {t('ticket.draft_by', { name: writer })}
            {draft?.changed_at && (
              <>
                , <When at={draft.changed_at} zone={zone} />
              </>
            )}
          </span>
        )}
        {me.permissions.includes('calls.control') && <Link to={paths.desk(call.id)}>{t('ticket.open_on_desk')}</Link>}
      </span>
    </Alert>
  )
}
