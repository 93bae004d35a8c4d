// Who is calling, beside whatever is being done: a ring moves neither the page nor the focus.

import { Badge, CloseButton } from '@mantine/core'
import { IconStar, IconUrgent } from '@tabler/icons-react'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import type { Candidate, Card } from '../api/types'
import { word } from '../i18n'
import { ticketTitle } from '../nouns/classifiers/classifierWords'
import { useQueueName } from '../nouns/queues/useQueueName'
import { phone } from '../ui/format'
import { sectionName, unitName } from '../ui/unitName'
import { readable } from '../ui/keys'
import css from './RingCard.module.css'
import { PHONE_KEYS } from './phoneKeys'
import { type PhoneUse, usePhone } from './usePhone'

const NAMED = 3

/** The caller's card while the phone rings, unless the page shows it already. */
export function RingCard() {
  const use = usePhone()
  const call = use?.stage === 'ringing' ? use.call : null
  const [hidden, setHidden] = useState<string | null>(null)
  const card = useQuery({
    queryKey: ['cards', call],
    queryFn: call === null ? skipToken : () => api.get('/calls/{id}/card', { params: { path: { id: call } } }),
  }).data
  if (call === null || hidden === call || use === null || use.onPage === call || card === undefined) return null
  return <WithCard card={card} use={use} onHide={() => setHidden(call)} />
}

function WithCard({ card, use, onHide }: { card: Card; use: PhoneUse; onHide: () => void }) {
  const { t, i18n } = useTranslation()
  const queueName = useQueueName()
  const queue = queueName(use.queue ?? card.call.queue)
  const from = card.call.answered_at === null ? undefined : card.parts.at(-1)?.agent.name
  const notes = card.buildings.filter((building) => building.emergency_notes !== '')
  return (
    <section className={`${css.card} ${use.emergency ? css.emergency : ''}`} aria-label={t('desk.caller')}>
      <div className="row between" style={{ flexWrap: 'nowrap' }}>
        <div className="row wrap" style={{ gap: 6 }}>
          {use.emergency ? (
            <Badge color="red" variant="filled" leftSection={<IconUrgent size={14} aria-hidden />}>
              {queue}
            </Badge>
          ) : (
            queue !== '' && <Badge variant="outline">{queue}</Badge>
          )}
          {from && <span className="small">{t('phone.transferred_by', { name: from })}</span>}
        </div>
        <CloseButton
          size="sm"
          aria-label={t('phone.hide_card')}
          title={t('phone.hide_card')}
          // The focus stays where somebody types.
          onMouseDown={(event) => event.preventDefault()}
          onClick={onHide}
        />
      </div>
      <div className="strong num">{card.number ? phone(card.number) : t('call.hidden_number')}</div>
      {card.candidates.length > 1 && <div className="small">{t('desk.shared', { count: card.candidates.length })}</div>}
      {card.candidates.slice(0, NAMED).map((candidate) => (
        <Who key={candidate.contact.id} candidate={candidate} />
      ))}
      {card.candidates.length === 0 && (
        <div className="muted">{card.number ? t('desk.unknown') : t('desk.hidden')}</div>
      )}
      {notes.map((building) => (
        <div key={building.id} className={css.note}>
          <b>{building.name}:</b> {building.emergency_notes}
        </div>
      ))}
      {card.open_tickets.slice(0, NAMED).map((ticket) => (
        <div key={ticket.id} className="small">
          <span className="num strong">№ {ticket.number}</span>{' '}
          {ticketTitle(ticket, i18n.language) || t('ticket.untitled')}
          <span className="muted"> · {word(t, 'ticket.state', ticket.state)}</span>
        </div>
      ))}
      <div className={`${css.keys} muted small`}>
        {t('phone.answer_opens', { key: readable(PHONE_KEYS.answer[0]) })}
      </div>
    </section>
  )
}

function Who({ candidate: { contact, units } }: { candidate: Candidate }) {
  const { t } = useTranslation()
  return (
    <div>
      <span className={css.name}>{contact.name}</span>
      {contact.vip && (
        <Badge size="sm" ml={6} leftSection={<IconStar size={11} aria-hidden />}>
          VIP
        </Badge>
      )}
      {units.slice(0, NAMED).map((unit) => (
        <div key={unit.id} className="small">
          {[
            unit.building.name,
            unitName(t, unit),
            sectionName(t, unit.section),
            unit.floor ? t('unit.floor_n', { name: unit.floor }) : null,
          ]
            .filter(Boolean)
            .join(', ')}
        </div>
      ))}
      {contact.note && <div className={css.note}>{contact.note}</div>}
    </div>
  )
}
