import { Button } from '@mantine/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'

import { TicketFieldset } from '../../nouns/tickets/TicketForm'
import { blank, complete, type FormValues, toFields } from '../../nouns/tickets/ticketFields'
import { paths } from '../../paths'
import { useDraft } from '../../ui/drafts'
import { useKeys } from '../../ui/keys'
import { useGo } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { toFirstFault } from '../../ui/toFirstFault'
import { toast } from '../../ui/toast'
import { useUrl } from '../../ui/url'
import { ProblemNote } from '../../ui/Wait'

/** A ticket without a call: walk-in, paper, found by ourselves. */
export function NewTicketPage() {
  const { t } = useTranslation()
  const go = useGo()
  const [url] = useUrl()
  // A ticket for a known person or place is a draft of its own: it does not mix with one begun from nothing.
  const draft = useDraft<{ id: string; values: FormValues }>(
    ['ticket.new', url.contact, url.unit].filter(Boolean).join('.'),
    () => ({ id: crypto.randomUUID(), values: blank }),
  )
  useKnown(url.contact, url.unit, (known) =>
    draft.set((old) => ({ ...old, values: { ...old.values, ...known(old.values) } })),
  )
  const [complain, setComplain] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    setComplain(true)
    if (busy) return
    if (!complete(draft.value.values)) return toFirstFault()
    setBusy(true)
    setError(null)
    try {
      const ticket = await api.post('/tickets', { body: { id: draft.value.id, ...toFields(draft.value.values) } })
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
        {draft.restored && (
          <div className="row">
            <span className="muted small" role="status">
              {t('desk.restored')}
            </span>
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => {
                const kept = draft.value
                draft.clear()
                toast.done(t('desk.discarded'), { label: t('do.undo'), run: () => draft.set(kept) })
              }}
            >
              {t('desk.discard')}
            </Button>
          </div>
        )}
        <TicketFieldset
          values={draft.value.values}
          set={(next) => draft.set((old) => ({ ...old, values: next(old.values) }))}
          complain={complain}
          focusFirst
        />
        {error !== null && <ProblemNote error={error} />}
        <div className="row">
          <Button size="sm" loading={busy} onClick={() => void save()}>
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
