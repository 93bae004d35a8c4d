import { Button } from '@mantine/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import { ticketFaults, TicketFieldset } from '../../nouns/tickets/TicketForm'
import { blank, type FormValues, toFields } from '../../nouns/tickets/ticketFields'
import { paths } from '../../paths'
import { DraftNote } from '../../ui/DraftNote'
import { Refused } from '../../ui/EditDialog'
import { useKeys } from '../../ui/keys'
import { useGo } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { toast } from '../../ui/toast'
import { useUrl, uuid } from '../../ui/url'
import { useEdit } from '../../ui/useEdit'

/** A ticket without a call: walk-in, paper, found by ourselves. */
export function NewTicketPage() {
  const { t } = useTranslation()
  const go = useGo()
  const [url] = useUrl()
  const [contact, unit] = [uuid(url.contact), uuid(url.unit)]
  const edit = useEdit<FormValues & { id: string }>({
    // A ticket for a known person or place is a draft of its own: it does not mix with one begun from nothing.
    draft: ['edit.ticket.new', contact, unit].filter(Boolean).join('.'),
    initial: () => ({ ...blank, id: crypto.randomUUID() }),
    faults: (values, tried) => ticketFaults(t, values, tried),
    save: async (values) => {
      const ticket = await api.post('/tickets', { body: { id: values.id, ...toFields(values) } })
      freshen('tickets')
      toast.done(t('ticket.saved', { number: ticket.number }))
      go(paths.ticket(ticket.id))
    },
  })
  const { form } = edit
  useKnown(contact, unit, (known) => form.setValues(known(form.getValues())))
  useKeys([{ keys: ['alt+KeyS', 'ctrl+Enter'], label: t('desk.save'), run: edit.submit }])
  return (
    <PageFrame title={t('ticket.new')}>
      <div className="paper pad stack" style={{ gap: 14, maxWidth: 760 }}>
        {edit.restored && (
          <DraftNote
            onDiscard={() => {
              const typed = form.getValues()
              edit.discard()
              toast.done(t('desk.discarded'), { label: t('do.undo'), run: () => form.setValues(typed) })
            }}
          />
        )}
        <TicketFieldset
          values={form.values}
          set={(next) => form.setValues(next(form.getValues()))}
          errors={form.errors}
          focusFirst
        />
        <Refused edit={edit} />
        <div className="row">
          <Button size="sm" loading={edit.busy} onClick={edit.submit}>
            {t('desk.save')}
            <span className="key-hint">Alt S</span>
          </Button>
        </div>
      </div>
    </PageFrame>
  )
}

/** Coming from a card or a flat: what is known there is filled in, nothing typed is replaced. */
function useKnown(
  contact: string | undefined,
  unit: string | undefined,
  fill: (known: (old: FormValues) => Partial<FormValues>) => void,
): void {
  const person = useQuery({
    queryKey: ['contacts', contact],
    queryFn: contact === undefined ? skipToken : () => api.get('/contacts/{id}', { params: { path: { id: contact } } }),
  }).data
  const place = useQuery({
    queryKey: ['units', unit],
    queryFn: unit === undefined ? skipToken : () => api.get('/units/{id}', { params: { path: { id: unit } } }),
  }).data
  const fillIn = useEffectEvent(fill)
  useEffect(() => {
    if (!person) return
    const home = person.units.length === 1 ? person.units[0] : undefined
    fillIn((old) => ({
      requester: old.requester ?? { id: person.id, name: person.full_name },
      requesterPhone: old.requesterPhone || (person.phones[0]?.value ?? ''),
      ...(old.unit === null && old.building === null && home ? { unit: home, building: home.building } : {}),
    }))
  }, [person])
  useEffect(() => {
    if (place)
      fillIn((old) =>
        old.unit === null
          ? {
              unit: { id: place.id, label: place.label, kind: place.kind, building: place.building },
              building: place.building,
            }
          : {},
      )
  }, [place])
}
