// The form of one ticket of the call; once saved, its number.

import { Button } from '@mantine/core'
import { IconDeviceFloppy, IconLink, IconPencil, IconTrash } from '@tabler/icons-react'
import { skipToken, useQuery } from '@tanstack/react-query'
import { type RefObject, useEffect, useEffectEvent, useImperativeHandle, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { ticketTitle } from '../../nouns/classifiers/classifierWords'
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
import { spaced } from '../../ui/format'
import { useKeys } from '../../ui/keys'
import { Link } from '../../ui/Link'
import { toast } from '../../ui/toast'
import { toFirstFault } from '../../ui/toFirstFault'
import { ProblemNote } from '../../ui/Wait'
import type { Who } from './CallerCard'
import css from './Conversation.module.css'
import { asked, type FormDraft } from './deskDraft'
import type { Slot } from './slots'

interface Props {
  call: string
  card: Card
  slot: Slot
  who: Who
  answered: boolean
  /** The call is over: no ticket will be opened by itself any more. */
  over: boolean
  /** What is not saved yet; null: nothing was typed. */
  form: FormDraft | null
  /** Typed by the person; null throws it away. */
  onForm: (change: (old: FormDraft | null) => FormDraft | null) => void
  /** Filled in by itself. */
  onFill: (change: (old: FormDraft | null) => FormDraft | null) => void
  /** A saved ticket is open again. */
  mending: boolean
  /** Its first field may take the focus: the person has the call. */
  focusFirst: boolean
  onSaved: (saved: { id: string; number: string }) => void
  onReopen: () => void
  onDiscard: (() => void) | null
  onLink: (ticket: TicketLine) => Promise<void>
  /** Called by others: to what the form lacks, or to its button. */
  toSave: RefObject<(() => void) | null>
}

export function TicketPane(props: Props) {
  const { slot, call, card, mending } = props
  if (slot.saved && !mending) return <Saved {...props} saved={slot.saved} />
  const ticket = slot.saved?.id ?? (slot.key === 'first' ? (card.ticket?.id ?? null) : null)
  return <Form key={`${call}${slot.key}`} {...props} ticket={ticket} />
}

function Form({
  call,
  card,
  slot,
  who,
  answered,
  over,
  form,
  onForm,
  onFill,
  focusFirst,
  onSaved,
  onDiscard,
  onLink,
  toSave,
  ticket,
}: Props & { ticket: string | null }) {
  const { t } = useTranslation()
  const begun = (): FormDraft => ({
    values: { ...blank, requesterPhone: card.number ?? '' },
    base: null,
    version: null,
    filledFrom: null,
  })
  const { values, base, version } = form ?? begun()
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [theirs, setTheirs] = useState<Ticket | null>(null)
  const [linking, setLinking] = useState(false)
  // Saving before the server opened the call's own ticket would make two of one.
  const open = answered && (ticket !== null ? version !== null : slot.key !== 'first' || over)
  const setValues = (next: (old: FormValues) => FormValues) =>
    onForm((old) => ({ ...(old ?? begun()), values: next((old ?? begun()).values) }))
  const fill: Fill = (change) => onFill((old) => change(old ?? begun()))

  const server = useQuery({
    queryKey: ['tickets', ticket],
    queryFn: ticket === null ? skipToken : () => api.get('/tickets/{id}', { params: { path: { id: ticket } } }),
  })
  useAdopted(server.data, base !== null, fill)
  useWho(who, fill)

  const firstId = (): string => {
    const { askedAs } = asked(form ?? begun(), () => crypto.randomUUID())
    onForm((old) => asked(old ?? begun(), () => askedAs))
    return askedAs
  }
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
              body: { id: slot.key === 'first' ? firstId() : slot.key, call_id: call, ...toFields(sent) },
            })
      queryClient.setQueryData(['tickets', saved.id], saved)
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
  const button = useRef<HTMLButtonElement>(null)
  const why = answered ? t('desk.opening') : t('desk.save_after_answer')
  const save = () => {
    if (busy) return
    if (!open) return toast.refused(why)
    setTried(true)
    if (complete(values)) return void send(values, version)
    toast.refused(t('form.mend'))
    toFirstFault()
  }
  useImperativeHandle(toSave, () => () => {
    setTried(true)
    if (complete(values)) button.current?.focus()
    else toFirstFault()
  })
  useKeys([
    { keys: ['alt+KeyS', 'ctrl+Enter'], label: t('desk.save'), group: t('place.desk'), run: save },
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
      <TicketFieldset
        values={values}
        set={setValues}
        errors={ticketFaults(t, values, tried)}
        focusFirst={focusFirst}
        inCall
      />
      {error !== null && <ProblemNote error={error} retry={save} />}
      <div className="row wrap">
        <Button
          ref={button}
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
              onDiscard()
            }}
          >
            {t('desk.discard')}
          </Button>
        )}
        {!open && <span className="muted small">{why}</span>}
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

type Fill = (change: (old: FormDraft) => FormDraft) => void

/** The ticket appeared (or was there): remember its version as our base, take over what it knows and we do not. */
function useAdopted(ticket: Ticket | undefined, adopted: boolean, fill: Fill): void {
  const adopt = useEffectEvent(fill)
  useEffect(() => {
    if (!ticket || adopted) return
    adopt((old) => {
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
        title: old.values.title || server.title,
        ...(old.values.classifier === null && (server.classifier !== null || ticket.complete)
          ? { kind: server.kind, priority: server.priority }
          : {}),
      }
      return { ...old, values, base: server, version: ticket.version }
    })
  }, [ticket, adopted])
}

/** The chosen candidate fills requester and address, unless another address was typed by hand. */
function useWho(who: Who, fill: Fill): void {
  const mark = `${who.contact?.id ?? ''}/${who.unit?.id ?? ''}`
  const choose = useEffectEvent(fill)
  useEffect(() => {
    if (!who.contact) return
    choose((old) => {
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
  }, [mark, who])
}

/** The number, large, to be read to the caller. */
function Saved({ slot, saved, onReopen }: Props & { saved: { id: string; number: string } }) {
  const { t, i18n } = useTranslation()
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
      {ticket && <span>{ticketTitle(ticket, i18n.language)}</span>}
      <div className="row wrap">
        <Link to={paths.ticket(saved.id)}>{t('ticket.open')}</Link>
        {!slot.linked && (
          <Button variant="subtle" leftSection={<IconPencil size={16} aria-hidden />} onClick={onReopen}>
            {t('desk.correct')}
          </Button>
        )}
      </div>
    </div>
  )
}
