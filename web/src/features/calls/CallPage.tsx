import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { ticketTitle } from '../../nouns/classifiers/classifierWords'
import type { Call, CallPage as CallData } from '../../api/types'
import { word } from '../../i18n'
import { Waited } from '../../nouns/calls/Waited'
import { useQueueName } from '../../nouns/queues/useQueueName'
import { RecordingPlayer } from '../../nouns/recordings/RecordingPlayer'
import { paths } from '../../paths'
import { decimal, time, timer } from '../../ui/format'
import { Link } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { Fact, Outcome, Phone, TicketState, When } from '../../ui/Small'
import { Timer } from '../../ui/Timer'
import { useId } from '../../ui/url'
import { Loaded } from '../../ui/Wait'
import css from './CallPage.module.css'
import { ScrollX } from '../../ui/ScrollX'

/** One call explains itself: times, path through the menu, whom it was offered to, how it sounded. */
export function CallPage() {
  const id = useId()
  const call = useQuery({
    queryKey: ['calls', id],
    queryFn: () => api.get('/calls/{id}', { params: { path: { id } } }),
    refetchInterval: (query) => (query.state.data?.state === 'live' ? 3000 : false),
  })
  return (
    <Loaded query={call} lines={12}>
      {(data) => <WithCall call={data} />}
    </Loaded>
  )
}

function WithCall({ call }: { call: CallData }) {
  const { t, i18n } = useTranslation()
  const queueName = useQueueName()
  usePageTitle(t('call.one'))
  return (
    <div className="stack" style={{ gap: 12 }}>
      <div className="stack tight">
        <div className="row wrap">
          <Outcome outcome={call.outcome} state={call.state} />
          <span className="muted">
            <When at={call.arrived_at} />
          </span>
        </div>
        <h1 className="row wrap">
          {t('call.one')} <Phone value={call.from_number} of={call.contact} />
          {call.contact && <Link to={paths.contact(call.contact.id)}>{call.contact.name}</Link>}
        </h1>
      </div>
      <div className={css.grid}>
        <div className="stack" style={{ gap: 12 }}>
          <section className="paper" aria-label={t('call.recording')}>
            <h2>{t('call.recording')}</h2>
            <div className="pad">
              {call.recording_id ? (
                <RecordingPlayer id={call.recording_id} />
              ) : (
                <span className="muted">{t('recording.none')}</span>
              )}
            </div>
          </section>
          <Strip call={call} />
          {call.parts.length > 1 && <Parts call={call} />}
          <Offers call={call} />
          <Quality call={call} />
        </div>
        <aside className="stack" style={{ gap: 12 }} aria-label={t('ticket.facts')}>
          <section className={`paper ${css.facts}`}>
            <Fact name={t('call.dialled')}>
              <span className="num">{call.dialled}</span>
            </Fact>
            <Fact name={t('call.queue')}>{queueName(call.queue) || '—'}</Fact>
            <Fact name={t('call.agent')}>{call.agent?.name ?? '—'}</Fact>
            <Fact name={t('call.wait')}>{call.queued_at ? <Waited call={call} parts={call.parts} /> : '—'}</Fact>
            <Fact name={t('call.talk')}>
              <span className="num">
                {call.state === 'live' && call.answered_at ? (
                  <Timer since={call.answered_at} />
                ) : call.talk_ms === null ? (
                  '—'
                ) : (
                  timer(call.talk_ms)
                )}
              </span>
            </Fact>
            <Fact name={t('call.hold')}>
              <span className="num">{call.hold_ms ? timer(call.hold_ms) : '—'}</span>
            </Fact>
            <Fact name={t('call.language')}>{word(t, 'language', call.locale) || '—'}</Fact>
            <Fact name={t('call.source')}>{word(t, 'call.sources', call.source)}</Fact>
            <Fact name={t('wrap.disposition')}>
              {call.disposition ? word(t, 'intake.dispositions', call.disposition) : t('intake.no_disposition')}
            </Fact>
          </section>
          <section className="paper" aria-label={t('call.tickets')}>
            <h2>{t('call.tickets')}</h2>
            <div className="stack pad">
              {call.tickets.map((ticket) => (
                <div key={ticket.id} className="row wrap">
                  <Link to={paths.ticket(ticket.id)} className="num">
                    № {ticket.number}
                  </Link>
                  <TicketState state={ticket.state} complete={ticket.complete} />
                  <span>{ticketTitle(ticket, i18n.language)}</span>
                </div>
              ))}
              {call.tickets.length === 0 && <span className="muted">{t('call.no_tickets')}</span>}
            </div>
          </section>
          <Trace call={call} />
        </aside>
      </div>
    </div>
  )
}

interface Part {
  key: string
  from: string
  to: string | null
}

function partsOf(call: Call): Part[] {
  const moments: [string, string | null][] = [
    ['ivr', call.greeted_at ?? call.arrived_at],
    ['queue', call.queued_at],
    ['talk', call.answered_at],
  ]
  const there = moments.filter((moment): moment is [string, string] => moment[1] !== null)
  return there.map(([key, from], index) => ({ key, from, to: there[index + 1]?.[1] ?? call.ended_at }))
}

/** The call as a strip: how long in the menu, the queue, the talk. */
function Strip({ call }: { call: Call }) {
  const { t, i18n } = useTranslation()
  const parts = partsOf(call)
  if (parts.length === 0) return null
  return (
    <section className="paper" aria-label={t('call.times')}>
      <h2>{t('call.times')}</h2>
      <div className="pad">
        <div className={css.strip}>
          {parts.map((part) => {
            const length = part.to ? Date.parse(part.to) - Date.parse(part.from) : 0
            return (
              <div
                key={part.key}
                className={`${css.part} ${css[part.key]}`}
                style={{ flexGrow: Math.max(length, 1) }}
                title={word(t, 'call.part', part.key)}
              />
            )
          })}
        </div>
        <div className="row wrap" style={{ gap: 18, marginTop: 8 }}>
          {parts.map((part) => (
            <span key={part.key} className="row" style={{ gap: 6 }}>
              <span className={`${css.swatch} ${css[part.key]}`} aria-hidden />
              <span>
                {word(t, 'call.part', part.key)}{' '}
                <b className="num">
                  {part.to ? timer(Date.parse(part.to) - Date.parse(part.from)) : <Timer since={part.from} />}
                </b>{' '}
                <span className="muted num small">{time(part.from, i18n.language)}</span>
              </span>
            </span>
          ))}
          {call.ended_at && (
            <span className="muted">
              {t('call.ended')} <span className="num">{time(call.ended_at, i18n.language)}</span>
            </span>
          )}
        </div>
      </div>
    </section>
  )
}

function Table({ title, heads, none, rows }: { title: string; heads: ReactNode[]; none: string; rows: ReactNode[][] }) {
  return (
    <section className="paper" aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <div className="pad muted">{none}</div>
      ) : (
        <ScrollX>
          <table className="data">
            <thead>
              <tr>
                {heads.map((head, index) => (
                  <th key={index} className={index > 0 ? 'num' : ''}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={index}>
                  {row.map((cell, column) => (
                    <td key={column} className={column > 0 ? 'num' : ''}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
    </section>
  )
}

/** Who talked with the caller one after another, and what came of each part. */
function Parts({ call }: { call: CallData }) {
  const { t, i18n } = useTranslation()
  return (
    <Table
      title={t('call.parts')}
      none=""
      heads={[t('call.agent'), t('call.since'), t('call.talk'), t('call.did')]}
      rows={call.parts.map((part) => [
        part.agent.name || '—',
        time(part.at, i18n.language),
        part.ended_at ? (
          timer(Date.parse(part.ended_at) - Date.parse(part.at))
        ) : (
          <Timer key={part.id} since={part.at} />
        ),
        part.disposition ? word(t, 'intake.dispositions', part.disposition) : t('intake.no_disposition'),
      ])}
    />
  )
}

function Offers({ call }: { call: CallData }) {
  const { t, i18n } = useTranslation()
  return (
    <Table
      title={t('call.offers')}
      none={t('call.no_offers')}
      heads={[t('call.agent'), t('call.offered'), t('call.rang'), t('call.result')]}
      rows={call.offers.map((offer) => [
        offer.agent.name || '—',
        time(offer.at, i18n.language),
        offer.ended_at ? timer(Date.parse(offer.ended_at) - Date.parse(offer.at)) : '—',
        word(t, 'call.offer_result', offer.result) || '—',
      ])}
    />
  )
}

function Quality({ call }: { call: CallData }) {
  const { t, i18n } = useTranslation()
  return (
    <Table
      title={t('call.quality')}
      none={t('call.no_quality')}
      heads={[t('call.side'), 'MOS', t('call.lost'), t('call.jitter'), t('call.packets')]}
      rows={call.legs.map((leg) => [
        leg.agent ? leg.agent.name : word(t, 'call.role', leg.role),
        decimal(leg.mos, i18n.language, 2),
        leg.lost === null ? '—' : String(leg.lost),
        leg.jitter_ms === null ? '—' : `${decimal(leg.jitter_ms, i18n.language)} ${t('unit.ms')}`,
        `${leg.received ?? '—'} / ${leg.sent ?? '—'}`,
      ])}
    />
  )
}

function Trace({ call }: { call: CallData }) {
  const { t, i18n } = useTranslation()
  return (
    <section className="paper" aria-label={t('call.trace')}>
      <h2>{t('call.trace')}</h2>
      <ol className={css.trace}>
        {call.trace.map((step, index) => (
          <li key={index}>
            <span className="muted num small">{time(step.at, i18n.language)}</span> <span>{step.node}</span>
            {step.input && <b className="num"> {word(t, 'call.step', step.input.replaceAll(' ', '_'))}</b>}
          </li>
        ))}
        {call.trace.length === 0 && <li className="muted">{t('call.no_trace')}</li>}
      </ol>
    </section>
  )
}
