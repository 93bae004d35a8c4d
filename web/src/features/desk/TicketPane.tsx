// The form of one ticket of the call; once saved, its number.

import { Button } from '@mantine/core'
import { IconDeviceFloppy, IconLink, IconPencil, IconTrash } from '@tabler/icons-react'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { newerOf } from '../../api/problem'
import { freshen, queryClient } from '../../api/query'
import type { Card, Ticket, TicketLine } from '../../api/types'
import { TicketPicker } from '../../nouns/tickets/TicketPicker'
import { ConflictDialog, ticketFaults, TicketFieldset } from '../../nouns/tickets/TicketForm'
import {
  blank,
  complete,
  conflicts,
  type FormValues,
  fromTicket,
  merged,
  toFields,
} from '../../nouns/tickets/ticketFields'
import { paths } from '../../paths'
import { useDraft } from '../../ui/drafts'
import { spaced } from '../../ui/format'
import { useKeys } from '../../ui/keys'
import { Link } from '../../ui/Link'
import { toFirstFault } from '../../ui/toFirstFault'
import { toast } from '../../ui/toast'
import { ProblemNote } from '../../ui/Wait'
import type { Who } from './CallerCard'
import css from './Conversation.module.css'
import type { Slot } from './slots'

interface Props {
  call: string
  card: Card
  slot: Slot
  who: Who
  answered: boolean
  /** The call is over: no ticket will be opened by itself any more. */
  over: boolean
  onSaved: (saved: { id: string; number: string }) => void
  onReopen: () => void
  onDiscard: (() => void) | null
  onLink: (ticket: TicketLine) => Promise<void>
}

interface Draft {
  values: FormValues
  /** What the server had when we began, to tell a conflict from a change; null until the ticket exists. */
  base: FormValues | null
  version: number | null
  /** From whom the address was filled in last: another choice may replace it, but not what was typed. */
  filledFrom: string | null
}

export function TicketPane(props: Props) {
  const { slot, call, card } = props
  if (slot.saved) return <Saved {...props} saved={slot.saved} />
  return <Form key={`${call}${slot.key}`} {...props} ticket={slot.key === 'first' ? (card.ticket?.id ?? null) : null} />
}

function Form({
  call,
  card,
  slot,
  who,
  answered,
  over,
  onSaved,
  onDiscard,
  onLink,
  ticket,
}: Props & { ticket: string | null }) {
  const { t } = useTranslation()
  const draft = useDraft<Draft>(`call.${call}.ticket.${slot.key}`, () => ({
    values: { ...blank, requesterPhone: card.number ?? '' },
    base: null,
    version: null,
    filledFrom: null,
  }))
  const { values, base, version } = draft.value
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [theirs, setTheirs] = useState<Ticket | null>(null)
  const [linking, setLinking] = useState(false)
  const set = draft.set
  // Saving before the server opened the call's own ticket would make two of one.
  const open = answered && (ticket !== null ? version !== null : slot.key !== 'first' || over)
  const setValues = (next: (old: FormValues) => FormValues) => set((old) => ({ ...old, values: next(old.values) }))

  const server = useQuery({
    queryKey: ['tickets', ticket],
    queryFn: ticket === null ? skipToken : () => api.get('/tickets/{id}', { params: { path: { id: ticket } } }),
  })
  useAdopted(server.data, set)
  useWho(who, set)

  const send = async (sent: FormValues, against: number | null): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const saved =
        ticket !== null && against !== null
          ? await api.patch('/tickets/{id}', {
              params: { path: { id: ticket } },
              body: { version: against, complete: true, ...toFields(sent) },
            })
          : await api.post('/tickets', {
              body: { ...(slot.key === 'first' ? {} : { id: slot.key }), call_id: call, ...toFields(sent) },
            })
      queryClient.setQueryData(['tickets', saved.id], saved)
      draft.clear()
      onSaved({ id: saved.id, number: saved.number })
      freshen('tickets')
    } catch (failed) {
      await refused(failed, sent)
    } finally {
      setBusy(false)
    }
  }
  const refused = async (failed: unknown, sent: FormValues): Promise<void> => {
    const current = newerOf<Ticket>(failed)
    if (current === null) return setError(failed)
    const now = fromTicket(current)
    const from = base ?? now
    if (conflicts(from, sent, now).length > 0) return setTheirs(current)
    // Somebody touched other fields, or only the state: both changes live.
    await send(merged(from, sent, now, new Set()), current.version)
  }
  const save = () => {
    setTried(true)
    if (busy || !open) return
    if (!complete(values)) return toFirstFault()
    void send(values, version)
  }
  useKeys([
    { keys: ['alt+KeyS', 'ctrl+Enter'], label: t('desk.save'), group: t('place.desk'), enabled: open, run: save },
    {
      keys: ['alt+KeyL'],
      label: t('desk.link_existing'),
      group: t('place.desk'),
      enabled: answered,
      run: () => setLinking((shown) => !shown),
    },
  ])
  return (
    <div className="stack pad" style={{ gap: 12 }}>
      {draft.restored && (
        <span className="muted small" role="status">
          {t('desk.restored')}
        </span>
      )}
      <TicketFieldset values={values} set={setValues} errors={ticketFaults(t, values, tried)} focusFirst inCall />
      {error !== null && <ProblemNote error={error} retry={save} />}
      <div className="row wrap">
        <Button
          size="sm"
          loading={busy}
          disabled={!open}
          leftSection={<IconDeviceFloppy size={17} aria-hidden />}
          onClick={save}
        >
          {t('desk.save')}
          <span className="key-hint">Alt S</span>
        </Button>
        <Button
          size="sm"
          variant="default"
          disabled={!answered}
          leftSection={<IconLink size={17} aria-hidden />}
          onClick={() => setLinking((shown) => !shown)}
        >
          {t('desk.link_existing')}
          <span className="key-hint">Alt L</span>
        </Button>
        {onDiscard && (
          <Button
            size="sm"
            variant="subtle"
            color="gray"
            leftSection={<IconTrash size={17} aria-hidden />}
            onClick={() => {
              const kept = draft.value
              draft.clear()
              onDiscard()
              toast.done(t('desk.discarded'), { label: t('do.undo'), run: () => draft.set(kept) })
            }}
          >
            {t('desk.discard')}
          </Button>
        )}
        {!open && <span className="muted small">{answered ? t('desk.opening') : t('desk.save_after_answer')}</span>}
      </div>
      {linking && (
        <TicketPicker
          label={t('ticket.find')}
          autoFocus
          onPick={(chosen) => {
            setLinking(false)
            void onLink(chosen)
          }}
        />
      )}
      {theirs && base && (
        <ConflictDialog
          base={base}
          mine={values}
          theirs={fromTicket(theirs)}
          onClose={() => setTheirs(null)}
          onResolve={(resolved) => {
            const against = theirs.version
            setTheirs(null)
            setValues(() => resolved)
            void send(resolved, against)
          }}
        />
      )}
    </div>
  )
}

type SetDraft = (next: (old: Draft) => Draft) => void

/** The ticket appeared (or was there): remember its version as our base, take over what it knows and we do not. */
function useAdopted(ticket: Ticket | undefined, set: SetDraft): void {
  useEffect(() => {
    if (!ticket) return
    set((old) => {
      if (old.base !== null) return old
      const server = fromTicket(ticket)
      const values: FormValues = {
        ...old.values,
        classifier: old.values.classifier ?? server.classifier,
        unit: old.values.unit ?? server.unit,
        building: old.values.building ?? server.building,
        requester: old.values.requester ?? server.requester,
        requesterPhone: old.values.requesterPhone || server.requesterPhone,
        placeText: old.values.placeText || server.placeText,
        details: old.values.details || server.details,
        title: old.values.title || (ticket.complete ? server.title : ''),
        ...(old.values.classifier === null && (server.classifier !== null || ticket.complete)
          ? { kind: server.kind, priority: server.priority }
          : {}),
      }
      return { ...old, values, base: server, version: ticket.version }
    })
  }, [ticket, set])
}

/** The chosen candidate fills requester and address, unless another address was typed by hand. */
function useWho(who: Who, set: SetDraft): void {
  const mark = `${who.contact?.id ?? ''}/${who.unit?.id ?? ''}`
  useEffect(() => {
    if (!who.contact) return
    set((old) => {
      if (old.filledFrom === mark) return old
      const own = old.values.unit === null || old.filledFrom?.endsWith(`/${old.values.unit.id}`)
      return {
        ...old,
        filledFrom: mark,
        values: {
          ...old.values,
          requester: who.contact,
          ...(own && who.unit ? { unit: who.unit, building: who.unit.building } : {}),
        },
      }
    })
  }, [mark, who, set])
}

/** The number, large, to be read to the caller. */
function Saved({ slot, saved, onReopen }: Props & { saved: { id: string; number: string } }) {
  const { t } = useTranslation()
  const ticket = useQuery({
    queryKey: ['tickets', saved.id],
    queryFn: () => api.get('/tickets/{id}', { params: { path: { id: saved.id } } }),
  }).data
  return (
    <div className="stack pad" role="status" style={{ alignItems: 'flex-start', gap: 10 }}>
      <span className="muted">{slot.linked ? t('desk.linked_read') : t('desk.saved_read')}</span>
      <span className={css.number} data-testid="ticket-number">
        {spaced(saved.number)}
      </span>
      {ticket && <span>{ticket.title}</span>}
      <div className="row wrap">
        <Link to={paths.ticket(saved.id)}>{t('ticket.open')}</Link>
        {!slot.linked && slot.key === 'first' && (
          <Button variant="subtle" leftSection={<IconPencil size={16} aria-hidden />} onClick={onReopen}>
            {t('desk.correct')}
          </Button>
        )}
      </div>
    </div>
  )
}
