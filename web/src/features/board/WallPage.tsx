import { IconAlertTriangle } from '@tabler/icons-react'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { live, useBoard } from '../../api/live'
import { useMe } from '../../api/query'
import { useAgents } from '../../nouns/agents/useAgents'
import { agentsOf, type Board, queuesOf } from '../../api/rows'
import type { QueueRow } from '../../api/types'
import { asProblem } from '../../api/problem'
import { useQueueName } from '../../nouns/queues/useQueueName'
import { paths } from '../../paths'
import { percent, time, timer } from '../../ui/format'
import { useGo } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { Timer, useNow } from '../../ui/Timer'
import { AgentStateMark, STATE_ORDER } from './agentState'
import { useAlarm } from './useAlarm'
import { WAIT_BREACH_MS } from './waits'
import css from './WallPage.module.css'

/** For a screen on the wall: readable from five metres, no menus, reconnects by itself. */
export function WallPage() {
  const { t, i18n } = useTranslation()
  usePageTitle(t('board.wall'))
  const go = useGo()
  const me = useMe()
  const lost = me.isError && asProblem(me.error).status === 401
  const allowed = me.data !== undefined
  useEffect(() => {
    if (lost) go(paths.login(paths.wall()), { replace: true })
  })
  useEffect(() => {
    if (!allowed) return
    live.start()
    return () => live.stop()
  }, [allowed])
  const board = useBoard()
  const names = new Map((useAgents(allowed).data ?? []).map((agent) => [agent.id, agent.name]))
  const now = useNow()
  const agents = agentsOf(board)
    .filter((row) => row.state !== 'away')
    .sort((a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state))
  return (
    <main className={css.wall}>
      <div className={css.head}>
        <h1 style={{ color: 'inherit', fontSize: 'inherit' }}>{t('board.wall_title')}</h1>
        <span className={css.clock}>{time(now, i18n.language)}</span>
      </div>
      {!board.fresh && (
        <div className={css.stale} role="alert">
          {board.staleSince === null ? (
            t('board.connecting')
          ) : (
            <>
              {t('board.stale_for')} <Timer since={board.staleSince} />
            </>
          )}
        </div>
      )}
      <div className={`${css.queues} ${board.fresh ? '' : css.faded}`}>
        {queuesOf(board).map((row) => (
          <Big key={row.queue} row={row} board={board} now={now} />
        ))}
      </div>
      <div className={`${css.agents} ${board.fresh ? '' : css.faded}`}>
        {agents.map((row) => (
          <span key={row.agent} className={css.agent}>
            <b>{names.get(row.agent) ?? '…'}</b>
            <AgentStateMark row={row} size={28} />
            <Timer since={row.since} />
          </span>
        ))}
        {board.fresh && agents.length === 0 && <span>{t('board.nobody_on_duty')}</span>}
      </div>
    </main>
  )
}

function Big({ row, board, now }: { row: QueueRow; board: Board; now: number }) {
  const { t, i18n } = useTranslation()
  const queueName = useQueueName()
  const { level, why, target } = useAlarm(row, board, now)
  const alarmed = level ? css[`c-${level}`] : ''
  return (
    <section
      className={`${css.queue} ${level ? css[level] : ''}`}
      aria-label={queueName(row.queue)}
      data-alarm={level || undefined}
    >
      <div className={css.name}>{queueName(row.queue)}</div>
      <div className={`${css.alarm} ${alarmed}`} role={level === 'breach' ? 'alert' : 'status'}>
        {why && (
          <>
            <IconAlertTriangle size="1em" aria-hidden /> {t(`board.alarm_${why}`)}
          </>
        )}
      </div>
      <div className={css.figures}>
        <Value name={t('board.waiting')} css={row.waiting > 0 ? alarmed : ''}>
          {row.waiting}
        </Value>
        <Value
          name={t('board.longest')}
          css={alarmed}
          target={t('board.longest_target', { time: timer(WAIT_BREACH_MS) })}
        >
          {row.oldest === null ? <span className={css.nothing}>–</span> : timer(now - row.oldest)}
        </Value>
        <Value
          name={t('board.ready_short')}
          css={`
            ${css.small} ${row.ready === 0 ? alarmed : ''}
          `}
        >
          {row.ready}
        </Value>
        <Value
          name={t('board.level')}
          css={css.small}
          target={target === null ? '' : t('board.level_target', { seconds: target })}
        >
          {row.level === null ? <span className={css.nothing}>–</span> : percent(row.level, i18n.language)}
        </Value>
        <Value name={t('board.answered')} css={css.small}>
          {row.answered}
        </Value>
        <Value name={t('board.abandoned')} css={css.small}>
          {row.abandoned}
        </Value>
      </div>
    </section>
  )
}

/** A figure, and what it should be. */
function Value({
  name,
  target,
  css: look,
  children,
}: {
  name: string
  target?: string
  css?: string
  children: ReactNode
}) {
  return (
    <div>
      <div className={css.label}>{name}</div>
      <div className={`${css.value} ${look ?? ''}`}>{children}</div>
      <div className={css.target}>{target}</div>
    </div>
  )
}
