import { IconCircleDot, IconMessage, IconMessageUser, IconPhoneIncoming } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Ticket, TicketCall, Comment, TicketEvent } from '../../api/types'
import { word } from '../../i18n'
import { useQueueName } from '../../nouns/queues/useQueueName'
import type { ConflictField } from '../../nouns/tickets/ticketFields'
import { RecordingPlayer } from '../../nouns/recordings/RecordingPlayer'
import { paths } from '../../paths'
import { dateTime, timer } from '../../ui/format'
import { Link } from '../../ui/Link'
import { Phone, When } from '../../ui/Small'
import css from './TicketPage.module.css'

interface Item {
  key: string
  at: string
  icon: ReactNode
  body: ReactNode
}

/** Everything that happened, newest first; calls with their recording. */
export function Timeline({ ticket, zone }: { ticket: Ticket; zone: string | undefined }) {
  const { t } = useTranslation()
  const items: Item[] = [
    ...ticket.calls.map((each): Item => ({
      key: `call${each.call.id}`,
      at: each.call.arrived_at,
      icon: <IconPhoneIncoming size={18} aria-hidden />,
      body: <CallBody each={each} number={ticket.number} />,
    })),
    ...ticket.comments.map((comment): Item => ({
      key: `comment${comment.id}`,
      at: comment.at,
      icon:
        comment.visibility === 'client' ? (
          <IconMessageUser size={18} aria-hidden />
        ) : (
          <IconMessage size={18} aria-hidden />
        ),
      body: <CommentBody comment={comment} />,
    })),
    ...ticket.events
      .filter((event) => event.type !== 'commented')
      .map((event, index): Item => ({
        key: `event${index}${event.at}`,
        at: event.at,
        icon: <IconCircleDot size={18} aria-hidden />,
        body: <EventBody event={event} zone={zone} />,
      })),
  ].sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  return (
    <ol className={css.timeline} aria-label={t('ticket.timeline')}>
      {items.map((item) => (
        <li key={item.key} className={css.event}>
          <span className={css.icon}>{item.icon}</span>
          <div style={{ minWidth: 0 }}>{item.body}</div>
          <span className="muted small">
            <When at={item.at} zone={zone} />
          </span>
        </li>
      ))}
    </ol>
  )
}

function CallBody({ each, number }: { each: TicketCall; number: string }) {
  const { t } = useTranslation()
  const queueName = useQueueName()
  const { call } = each
  const about = [
    queueName(call.queue),
    call.agent?.name,
    call.talk_ms ? t('call.talked', { time: timer(call.talk_ms) }) : null,
  ]
    .filter(Boolean)
    .join(' · ')
  return (
    <div className="stack">
      <div>
        <Link to={paths.call(call.id)}>{t('call.one')}</Link> <Phone value={call.from_number} of={call.contact} />{' '}
        <span className="muted small">{about}</span>
      </div>
      {call.recording_id ? (
        <RecordingPlayer
          id={call.recording_id}
          marks={each.offset_ms === null ? [] : [{ at: each.offset_ms, label: `№ ${number}` }]}
        />
      ) : (
        <span className="muted small">{t('recording.none')}</span>
      )}
    </div>
  )
}

function CommentBody({ comment }: { comment: Comment }) {
  const { t } = useTranslation()
  return (
    <div className="stack tight">
      <span className="small">
        <b>{comment.author?.name || t('comment.system')}</b>{' '}
        <span className="muted">{comment.visibility === 'client' ? t('comment.to_client') : t('comment.to_us')}</span>
      </span>
      <div className={`${css.bubble} ${comment.visibility === 'client' ? css.client : ''}`}>{comment.text}</div>
    </div>
  )
}

const SHOWN = ['code', 'reason', 'executor', 'executor_name', 'into', 'until', 'text'] as const
/** Columns of a ticket as a `changed` event names them, and our words for them. */
const COLUMNS: Record<string, ConflictField | 'building' | 'unit'> = {
  title: 'title',
  details: 'details',
  kind: 'kind',
  priority: 'priority',
  classifier_id: 'classifier',
  building_id: 'building',
  unit_id: 'unit',
  place_text: 'placeText',
  requester_id: 'requester',
  requester_phone: 'requesterPhone',
}

/** A value of an event in words; ids say nothing to people. */
function saidOf(
  t: TFunction,
  language: string,
  zone: string | undefined,
  key: (typeof SHOWN)[number],
  value: unknown,
): string {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || /^[0-9a-f]{8}-/.test(value)) return ''
  if (key === 'code') return word(t, 'clock.code', value)
  if (key === 'until')
    return Number.isNaN(Date.parse(value)) ? value : t('ticket.hold_until', { at: dateTime(value, language, zone) })
  return word(t, 'ticket.hold_reason', value)
}

function EventBody({ event, zone }: { event: TicketEvent; zone: string | undefined }) {
  const { t, i18n } = useTranslation()
  const said = word(t, 'ticket.event', event.type)
  const columns =
    event.type === 'changed' ? Object.keys(event.data ?? {}).flatMap((column) => COLUMNS[column] ?? []) : []
  const extra =
    columns.length > 0
      ? [columns.map((column) => t(`conflict.field.${column}`).toLowerCase()).join(', ')]
      : SHOWN.map((key) => saidOf(t, i18n.language, zone, key, event.data?.[key])).filter(
          (text) => text !== '' && text !== said,
        )
  return (
    <span>
      {said}
      {extra.length > 0 && <span className="muted"> · {extra.join(' · ')}</span>}
      {event.actor && <span className="muted"> · {event.actor.name}</span>}
    </span>
  )
}
