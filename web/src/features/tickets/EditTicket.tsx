import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { newerOf } from '../../api/problem'
import { freshen, queryClient } from '../../api/query'
import type { Ticket } from '../../api/types'
import { ConflictDialog, ticketFaults, TicketFieldset } from '../../nouns/tickets/TicketForm'
import { conflicts, type FormValues, fromTicket, merged, toFields } from '../../nouns/tickets/ticketFields'
import { EditDialog } from '../../ui/EditDialog'
import { toast } from '../../ui/toast'
import { useEdit } from '../../ui/useEdit'

export function EditTicket({ ticket, onClose }: { ticket: Ticket; onClose: () => void }) {
  const { t } = useTranslation()
  const [theirs, setTheirs] = useState<Ticket | null>(null)
  /** Null: somebody changed the same fields, and the conflict is shown. */
  const sendOver = async (base: FormValues, values: FormValues, version: number): Promise<Ticket | null> => {
    try {
      const body = { version, complete: true, ...toFields(values) }
      return await api.patch('/tickets/{id}', { params: { path: { id: ticket.id } }, body })
    } catch (failed) {
      const current = newerOf<Ticket>(failed)
      if (current === null) throw failed
      const now = fromTicket(current)
      if (conflicts(base, values, now).length === 0)
        return sendOver(base, merged(base, values, now, new Set()), current.version)
      setTheirs(current)
      return null
    }
  }
  const edit = useEdit<FormValues>({
    draft: `edit.ticket.${ticket.id}`,
    version: ticket.version,
    initial: () => fromTicket(ticket),
    faults: (values, tried) => ticketFaults(t, values, tried),
    save: async (values, version) => {
      const saved = await sendOver(edit.base, values, version)
      if (saved === null) return false
      queryClient.setQueryData(['tickets', saved.id], saved)
      freshen('tickets')
      toast.done(t('ticket.saved', { number: saved.number }))
      onClose()
    },
  })
  const { form, base } = edit
  return (
    <EditDialog
      edit={edit}
      size="xl"
      title={t('ticket.edit', { number: ticket.number })}
      onClose={onClose}
      note={
        theirs && (
          <ConflictDialog
            base={base}
            mine={form.values}
            theirs={fromTicket(theirs)}
            onClose={() => setTheirs(null)}
            onResolve={(resolved) => {
              setTheirs(null)
              form.setValues(resolved)
              void edit.send(resolved, theirs.version)
            }}
          />
        )
      }
    >
      <TicketFieldset
        values={form.values}
        set={(next) => form.setValues(next(form.getValues()))}
        errors={form.errors}
      />
    </EditDialog>
  )
}
