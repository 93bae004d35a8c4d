import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { Ticket } from '../../api/types'
import { TicketFieldset } from '../../parts/TicketForm'
import { blank, type FormValues, missing, toFields } from '../../parts/ticketFields'
import { paths } from '../../paths'
import { useDraft } from '../../ui/drafts'
import { useKeys } from '../../ui/keys'
import { useGo } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { toast } from '../../ui/toast'
import { ProblemNote } from '../../ui/Wait'

/** A ticket without a call: walk-in, paper, found by ourselves. */
export function NewTicketPage() {
  const { t } = useTranslation()
  const go = useGo()
  const draft = useDraft<{ id: string; values: FormValues }>('ticket.new', () => ({ id: crypto.randomUUID(), values: blank }))
  const [complain, setComplain] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    setComplain(true)
    if (missing(draft.value.values).length > 0 || busy) return
    setBusy(true)
    setError(null)
    try {
      const ticket = await api.post<Ticket>('/tickets', { id: draft.value.id, ...toFields(draft.value.values) })
      draft.clear()
      freshen('tickets')
      toast.done(t('ticket.saved', { number: ticket.number }))
      go(paths.ticket(ticket.id))
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  useKeys([{ keys: ['alt+KeyS', 'ctrl+Enter'], label: t('desk.save'), run: () => void save() }])
  return (
    <PageFrame title={t('ticket.new')}>
      <div className="paper pad stack" style={{ gap: 14, maxWidth: 760 }}>
        {draft.restored && <span className="muted small" role="status">{t('desk.restored')}</span>}
        <TicketFieldset values={draft.value.values} set={(next) => draft.set((old) => ({ ...old, values: next(old.values) }))} complain={complain} focusFirst />
        {error !== null && <ProblemNote error={error} />}
        <div className="row"><Button size="sm" loading={busy} onClick={() => void save()}>{t('desk.save')} · Alt S</Button></div>
      </div>
    </PageFrame>
  )
}
