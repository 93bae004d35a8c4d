// One call on the desk: who calls (left), the ticket (middle), the building (right).

import { Alert, Button } from '@mantine/core'
import { IconInfoCircle, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { Card, TicketLine } from '../../api/types'
import { saidBy } from '../../nouns/dispositions/choice'
import { useMyself } from '../../nouns/me/myself'
import { usePhone } from '../../phone/usePhone'
import { useDraft } from '../../ui/drafts'
import { useKeys } from '../../ui/keys'
import { toast } from '../../ui/toast'
import { Loaded } from '../../ui/Wait'
import { BuildingFacts } from './BuildingFacts'
import { CallerCard, type Who } from './CallerCard'
import css from './Conversation.module.css'
import { activeOf, one, type Slots, withOneMore, without, withSaved } from './slots'
import { TicketPane } from './TicketPane'
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
  const who = useDraft<Who>(`call.${id}.who`, () => firstWho(card))
  const slots = useDraft<Slots>(`call.${id}.slots`, () => one)
  const consultation = useDraft<string>(`call.${id}.consultation`, () => '')
  const said = saidBy(useMyself().id, card)
  const active = activeOf(slots.value)
  const row = use?.row ?? null
  const answered = card.call.answered_at !== null
  const mineNow = row?.call === id
  const over = card.call.state === 'ended' || (mineNow && row?.state === 'wrapping')

  const choose = (chosen: Who) => {
    who.set(chosen)
    // The choice is stored with the call and its intake too; a failure is only reported, the ticket has the choice.
    api
      .put('/calls/{id}/contact', {
        params: { path: { id } },
        body: { contact_id: chosen.contact?.id, unit_id: chosen.unit?.id, building_id: chosen.unit?.building.id },
      })
      .catch(toast.failed)
  }
  const oneMore = () => slots.set((old) => withOneMore(old, crypto.randomUUID()))
  const link = async (ticket: Pick<TicketLine, 'id' | 'number'>) => {
    try {
      await api.put('/tickets/{id}/calls/{call_id}', {
        params: { path: { id: ticket.id, call_id: id } },
        body: { kind: 'about' },
      })
      slots.set((old) => withSaved(old, old.active, { id: ticket.id, number: ticket.number }, true))
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
        <CallerCard card={card} who={who.value} onWho={choose} />
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
              {slots.value.list.length > 1 &&
                slots.value.list.map((slot, index) => (
                  <Button
                    key={slot.key}
                    size="compact-sm"
                    role="tab"
                    aria-selected={slot.key === active.key}
                    variant={slot.key === active.key ? 'light' : 'subtle'}
                    color={slot.key === active.key ? undefined : 'gray'}
                    onClick={() => slots.set((old) => ({ ...old, active: slot.key }))}
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
          <TicketPane
            key={active.key}
            call={id}
            card={card}
            slot={active}
            who={who.value}
            answered={answered}
            over={over}
            onSaved={(saved) => slots.set((old) => withSaved(old, active.key, saved))}
            onReopen={() => slots.set((old) => withSaved(old, active.key, null))}
            onDiscard={active.key === 'first' ? null : () => slots.set((old) => without(old, active.key))}
            onLink={link}
          />
        </section>
        {answered && (
          <WrapUp
            call={id}
            card={card}
            slots={slots.value}
            over={over}
            consultation={consultation.value}
            onConsultation={consultation.set}
            onDone={() => {
              consultation.clear()
              freshen('calls')
              freshen('intakes')
            }}
          />
        )}
      </div>
      <div className={`${css.column} ${css.facts}`}>
        <BuildingFacts card={card} building={who.value.unit?.building.id ?? null} canLink={answered} onLink={link} />
      </div>
    </div>
  )
}
