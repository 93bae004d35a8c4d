import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { newerOf } from '../../api/problem'
import { freshen, queryClient } from '../../api/query'
import type { Ticket } from '../../api/types'
import { ConflictDialog, TicketFieldset } from '../../nouns/tickets/TicketForm'
import { complete, conflicts, type FormValues, fromTicket, merged, toFields } from '../../nouns/tickets/ticketFields'
import { useDraft } from '../../ui/drafts'
import { useKeys } from '../../ui/keys'
import { toFirstFault } from '../../ui/toFirstFault'
import { toast } from '../../ui/toast'
import { ProblemNote } from '../../ui/Wait'

interface Draft {
  values: FormValues
  base: FormValues
  version: number
}

export function EditTicket({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t } = useTranslation()
  const draft = useDraft<Draft>(`ticket.${ticket.id}`, () => ({
    values: fromTicket(ticket),
    base: fromTicket(ticket),
    version: ticket.version,
  }))
  const { values, base, version } = draft.value
  const [complain, setComplain] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [theirs, setTheirs] = useState<Ticket | null>(null)
  const send = async (sent: FormValues, against: number): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const saved = await api.patch('/tickets/{id}', {
        params: { path: { id: ticket.id } },
        body: { version: against, complete: true, ...toFields(sent) },
      })
      queryClient.setQueryData(['tickets', saved.id], saved)
      freshen('tickets')
      draft.clear()
      toast.done(t('ticket.saved', { number: saved.number }))
      onClose()
    } catch (failed) {
      const current = newerOf<Ticket>(failed)
      if (!current) setError(failed)
      else if (conflicts(base, sent, fromTicket(current)).length > 0) setTheirs(current)
      else await send(merged(base, sent, fromTicket(current), new Set()), current.version)
    } finally {
      setBusy(false)
    }
  }
  const save = () => {
    setComplain(true)
    if (busy) return
    if (!complete(values)) return toFirstFault()
    void send(values, version)
  }
  useKeys([{ keys: ['alt+KeyS', 'ctrl+Enter'], label: t('desk.save'), run: save }])
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t('ticket.edit', { number: ticket.number })}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <div className="stack" style={{ gap: 14 }}>
        {draft.restored && (
          <div className="row">
            <span className="muted small" role="status">
              {t('desk.restored')}
            </span>
            <Button variant="subtle" size="compact-xs" onClick={() => draft.clear()}>
              {t('desk.discard')}
            </Button>
          </div>
        )}
        <TicketFieldset
          values={values}
          set={(next) => draft.set((old) => ({ ...old, values: next(old.values) }))}
          complain={complain}
        />
        {error !== null && <ProblemNote error={error} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('do.cancel')}
          </Button>
          <Button loading={busy} onClick={save}>
            {t('do.save')}
          </Button>
        </div>
      </div>
      {theirs && (
        <ConflictDialog
          base={base}
          mine={values}
          theirs={fromTicket(theirs)}
          onClose={() => setTheirs(null)}
          onResolve={(resolved) => {
            const against = theirs.version
            setTheirs(null)
            draft.set((old) => ({ ...old, values: resolved }))
            void send(resolved, against)
          }}
        />
      )}
    </Modal>
  )
}
