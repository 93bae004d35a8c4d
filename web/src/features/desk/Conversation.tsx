// One call on the desk: who calls (left), the ticket (middle), the building (right).

import { Alert, Button } from '@mantine/core'
import { IconInfoCircle, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { Card, TicketLine } from '../../api/types'
import { saidBy } from '../../nouns/dispositions/choice'
import { useMyself } from '../../nouns/me/myself'
import { usePhone } from '../../phone/usePhone'
import { When } from '../../ui/Small'
import { useKeys } from '../../ui/keys'
import { toast } from '../../ui/toast'
import { Loaded, ProblemNote } from '../../ui/Wait'
import { BuildingFacts } from './BuildingFacts'
import { CallerCard, type Who } from './CallerCard'
import css from './Conversation.module.css'
import { withForm } from './deskDraft'
import { activeOf, type Slots, withOneMore, without, withSaved } from './slots'
import { TicketPane } from './TicketPane'
import { useCallDraft } from './useCallDraft'
import { WrapUp } from './WrapUp'

/** The server opens the call's ticket a moment after the answer. */
const TICKET_WAIT_MS = 700

export function Conversation({ id, onClose }: { id: string; onClose: () => void }) {
  const card = useQuery({
    queryKey: ['cards', id],
    queryFn: () => api.get('/calls/{id}/card', { params: { path: { id } } }),
    refetchInterval: (query) => {
      const data = query.state.data
      return data && data.call.state === 'live' && data.call.answered_at !== null && data.ticket === null
        ? TICKET_WAIT_MS
        : false
    },
  })
  return (
    <Loaded query={card} lines={10}>
      {(data) => <WithCard id={id} card={data} onClose={onClose} />}
    </Loaded>
  )
}

function firstWho(card: Card): Who {
  const candidate = card.candidates[0]
  const unit = candidate?.units[0]
  if (!card.certain || !candidate) return { contact: null, unit: null }
  return {
    contact: { id: candidate.contact.id, name: candidate.contact.name },
    unit: unit ? { id: unit.id, label: unit.label, kind: unit.kind, building: unit.building } : null,
  }
}

function WithCard({ id, card, onClose }: { id: string; card: Card; onClose: () => void }) {
  const { t } = useTranslation()
  const use = usePhone()
  const draft = useCallDraft(id, card)
  const supposed = useMemo(() => firstWho(card), [card])
  const who = draft.value.who ?? supposed
  const [shown, setShown] = useState('first')
  const [mending, setMending] = useState<string | null>(null)
  const toSave = useRef<(() => void) | null>(null)
  const slots: Slots = { list: draft.value.slots, active: shown }
  const active = activeOf(slots)
  const said = saidBy(useMyself().id, card)
  const setOnPage = use?.setOnPage
  useEffect(() => {
    setOnPage?.(id)
    return () => setOnPage?.(null)
  }, [id, setOnPage])
  const row = use?.row ?? null
  const answered = card.call.answered_at !== null
  const mineNow = row?.call === id
  const ringing = use?.stage === 'ringing' && use.call === id
  const over = card.call.state === 'ended' || (mineNow && row?.state === 'wrapping')

  const choose = (chosen: Who) => {
    draft.set((old) => ({ ...old, who: chosen }))
    // The choice is stored with the call and its intake too; a failure is only reported, the ticket has the choice.
    api
      .put('/calls/{id}/contact', {
        params: { path: { id } },
        body: { contact_id: chosen.contact?.id, unit_id: chosen.unit?.id, building_id: chosen.unit?.building.id },
      })
      .then(() => freshen('calls'), toast.failed)
  }
  const setSlots = (change: (old: Slots) => Slots) =>
    draft.set((old) => ({ ...old, slots: change({ list: old.slots, active: shown }).list }))
  const oneMore = () => {
    const key = crypto.randomUUID()
    setSlots((old) => withOneMore(old, key))
    setShown(key)
  }
  const saved = (key: string, ticket: { id: string; number: string }, linked: boolean) => {
    draft.set((old) =>
      withForm({ ...old, slots: withSaved({ list: old.slots, active: key }, key, ticket, linked).list }, key, null),
    )
    draft.flush()
    setMending(null)
  }
  const discard = (key: string) => {
    const before = draft.value
    setSlots((old) => without(old, key))
    draft.set((old) => withForm(old, key, null))
    setShown('first')
    const undo = () => {
      draft.set((old) =>
        withForm(
          { ...old, slots: before.slots.filter((slot) => slot.key === key || old.slots.includes(slot)) },
          key,
          before.forms[key] ?? null,
        ),
      )
      setShown(key)
    }
    toast.done(t('desk.discarded'), { label: t('do.undo'), run: undo })
  }
  const link = async (ticket: Pick<TicketLine, 'id' | 'number'>) => {
    try {
      await api.put('/tickets/{id}/calls/{call_id}', {
        params: { path: { id: ticket.id, call_id: id } },
        body: { kind: 'about' },
      })
      saved(active.key, { id: ticket.id, number: ticket.number }, true)
      freshen('tickets')
      toast.done(t('desk.linked', { number: ticket.number }))
    } catch (error) {
      toast.failed(error)
    }
  }
  useKeys([
    { keys: ['alt+KeyN'], label: t('desk.one_more'), group: t('place.desk'), enabled: answered, run: oneMore },
    {
      keys: ['Escape'],
      label: t('desk.close'),
      group: t('place.desk'),
      enabled: said !== null && !mineNow,
      run: onClose,
    },
  ])
  return (
    <div className={css.grid}>
      <div className={css.column}>
        <CallerCard card={card} who={who} digits={!over} onWho={choose} />
        {said !== null && !mineNow && (
          <Button variant="default" leftSection={<IconX size={16} aria-hidden />} onClick={onClose}>
            {t('desk.close')}
            <span className="key-hint">Esc</span>
          </Button>
        )}
      </div>
      <div className={css.column}>
        {!answered && over && (
          <Alert icon={<IconInfoCircle size={18} aria-hidden />} color="gray">
            {t('desk.never_answered')}
          </Alert>
        )}
        <section className="paper" aria-label={t('desk.ticket')}>
          <div className={css.head}>
            <h2>{t('desk.ticket')}</h2>
            <div className={css.tabs} role="tablist" aria-label={t('desk.tickets_of_call')}>
              {slots.list.length > 1 &&
                slots.list.map((slot, index) => (
                  <Button
                    key={slot.key}
                    size="compact-sm"
                    role="tab"
                    aria-selected={slot.key === active.key}
                    variant={slot.key === active.key ? 'light' : 'subtle'}
                    color={slot.key === active.key ? undefined : 'gray'}
                    onClick={() => setShown(slot.key)}
                  >
                    {slot.saved ? `№ ${slot.saved.number}` : t('desk.ticket_n', { n: index + 1 })}
                  </Button>
                ))}
            </div>
            <span className="grow" />
            <Button variant="subtle" disabled={!answered} onClick={oneMore}>
              {t('desk.one_more')}
              <span className="key-hint">Alt N</span>
            </Button>
          </div>
          {(draft.by !== null || draft.restored) && (
            <div className={`${css.written} small`} role="status">
              {draft.by === null ? (
                t('desk.restored')
              ) : (
                <>
                  {t('desk.written', { who: draft.by.name })} <When at={draft.at} />
                </>
              )}
            </div>
          )}
          {draft.refusal && (
            <div className="pad">
              <ProblemNote error={draft.refusal} title={t('desk.not_written')} />
            </div>
          )}
          <TicketPane
            key={active.key}
            call={id}
            card={card}
            slot={active}
            who={who}
            answered={answered}
            over={over}
            form={draft.value.forms[active.key] ?? null}
            onForm={(change) => draft.set((old) => withForm(old, active.key, change(old.forms[active.key] ?? null)))}
            onFill={(change) => draft.fill((old) => withForm(old, active.key, change(old.forms[active.key] ?? null)))}
            mending={mending === active.key}
            focusFirst={!ringing}
            onSaved={(ticket) => saved(active.key, ticket, false)}
            onReopen={() => setMending(active.key)}
            onDiscard={active.key === 'first' || active.saved !== null ? null : () => discard(active.key)}
            onLink={link}
            toSave={toSave}
          />
        </section>
        {answered && (
          <WrapUp
            call={id}
            card={card}
            slots={slots}
            over={over}
            consultation={draft.value.comment}
            onConsultation={(comment) => draft.set((old) => ({ ...old, comment }))}
            toTicket={() => toSave.current?.()}
            onDone={() => {
              freshen('calls')
              freshen('intakes')
            }}
          />
        )}
      </div>
      <div className={`${css.column} ${css.facts}`}>
        <BuildingFacts card={card} building={who.unit?.building.id ?? null} canLink={answered} onLink={link} />
      </div>
    </div>
  )
}
