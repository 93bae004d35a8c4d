// Small pieces of text with a form of their own: phone numbers, times, states.

import { Badge, Tooltip } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { serverNow } from '../api/clock'
import type { CallState, Outcome as CallOutcome } from '../api/types'
import { word } from '../i18n'
import { dateTime, phone, shortWhen } from './format'

/** `of`: the client it belongs to, if known. One without a name asked for the erasure of the data: no number was withheld. */
export function Phone({ value, of }: { value: string | null | undefined; of?: { name: string } | null }) {
  const { t } = useTranslation()
  if (!value && of?.name === '') return <span className="muted">{t('contact.erased')}</span>
  if (!value)
    return (
      <span className="muted row" style={{ display: 'inline-flex', gap: 4 }}>
        <IconLock size={14} aria-hidden />
        {t('call.hidden_number')}
      </span>
    )
  return (
    <span className="num" style={{ whiteSpace: 'nowrap' }}>
      {phone(value)}
    </span>
  )
}

export function When({ at, zone }: { at: string | number | null | undefined; zone?: string }) {
  const { i18n } = useTranslation()
  if (at === null || at === undefined) return <span className="muted">—</span>
  return (
    <time
      className="num"
      dateTime={new Date(at).toISOString()}
      title={dateTime(at, i18n.language, zone)}
      style={{ whiteSpace: 'nowrap' }}
    >
      {shortWhen(at, serverNow(), i18n.language, zone)}
    </time>
  )
}

/** A name that may be too long for its place: cut with an ellipsis, whole on hover. */
export function Cut({ children, className, lines }: { children: string; className?: string; lines?: number }) {
  if (lines && lines > 1) {
    return (
      <span
        className={className}
        title={children}
        style={{
          display: '-webkit-box',
          WebkitLineClamp: lines,
          WebkitBoxOrient: 'vertical',
          overflow: 'hidden',
          overflowWrap: 'anywhere',
        }}
      >
        {children}
      </span>
    )
  }
  return (
    <span className={`cut ${className ?? ''}`} title={children} style={{ display: 'block' }}>
      {children}
    </span>
  )
}

const OPEN = new Set(['new', 'assigned', 'accepted', 'in_progress', 'on_hold'])

/** `complete` false: opened by a call, and nobody filled it in; cancelled so, it was no request. */
export function TicketState({ state, complete = true }: { state: string; complete?: boolean }) {
  const { t } = useTranslation()
  const name = state === 'cancelled' && !complete ? 'no_request' : state
  const color = state === 'new' ? 'lamp' : OPEN.has(state) ? 'lamp' : 'gray'
  const variant =
    state === 'new'
      ? 'filled'
      : state === 'done' || state === 'closed'
        ? 'light'
        : OPEN.has(state)
          ? 'light'
          : 'outline'
  return (
    <Badge color={color} variant={variant}>
      {word(t, 'ticket.state', name)}
    </Badge>
  )
}

export function Priority({ value }: { value: number }) {
  const { t } = useTranslation()
  if (value === 1)
    return (
      <Badge color="red" variant="filled" title={t('ticket.priority')}>
        {word(t, 'ticket.priorities', '1')}
      </Badge>
    )
  return (
    <span className="muted small" title={t('ticket.priority')}>
      {word(t, 'ticket.priorities', String(value))}
    </span>
  )
}

export function Outcome({ outcome, state }: { outcome: CallOutcome | null; state?: CallState }) {
  const { t } = useTranslation()
  if (state === 'live')
    return (
      <Badge color="lamp" variant="filled">
        {t('call.live')}
      </Badge>
    )
  if (!outcome) return <span className="muted">—</span>
  const bad =
    outcome.startsWith('abandoned') || outcome === 'node_lost' || outcome === 'crashed' || outcome === 'broken'
  if (bad)
    return (
      <Badge styles={{ root: { background: 'var(--ld-soon-soft)' }, label: { color: 'var(--ld-soon)' } }}>
        {word(t, 'call.outcomes', outcome)}
      </Badge>
    )
  return (
    <Badge color={outcome === 'completed' || outcome === 'self_served' ? 'lamp' : 'gray'} variant="light">
      {word(t, 'call.outcomes', outcome)}
    </Badge>
  )
}

export function Keys({ children }: { children: string }) {
  return (
    <kbd
      style={{
        font: 'inherit',
        fontSize: '0.75rem',
        border: '1px solid var(--ld-line)',
        borderBottomWidth: 2,
        borderRadius: 4,
        padding: '0 5px',
        color: 'inherit',
        whiteSpace: 'nowrap',
      }}
    >
      {children}
    </kbd>
  )
}

export function Hinted({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <Tooltip label={label}>
      <span style={{ display: 'inline-flex' }}>{children}</span>
    </Tooltip>
  )
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="stack tight" style={{ gap: 1 }}>
      <span className="muted small">{name}</span>
      <span style={{ minWidth: 0, overflowWrap: 'anywhere' }}>{children}</span>
    </div>
  )
}
