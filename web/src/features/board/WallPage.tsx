import { IconAlertTriangle } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { live, useBoard } from '../../api/live'
import { useMe } from '../../api/query'
import { useAgents } from '../../nouns/agents/useAgents'
import { agentsOf, queuesOf } from '../../api/rows'
import type { QueueRow } from '../../api/types'
import { asProblem } from '../../api/problem'
import { useQueueName } from '../../nouns/queues/useQueueName'
import { paths } from '../../paths'
import { percent, time, timer } from '../../ui/format'
import { useGo } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { Timer, useNow } from '../../ui/Timer'
import { AgentStateMark, STATE_ORDER } from './agentState'
import { waitLevel } from './waits'
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
          <Big key={row.queue} row={row} now={now} />
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

function Big({ row, now }: { row: QueueRow; now: number }) {
  const { t, i18n } = useTranslation()
  const queueName = useQueueName()
  const oldest = row.oldest === null ? 0 : now - row.oldest
  const level = waitLevel(oldest)
  return (
    <section className={`${css.queue} ${level ? css[level] : ''}`} aria-label={queueName(row.queue)}>
      <div className={css.name}>{queueName(row.queue)}</div>
      <div className={css.figures}>
        <div>
          <div className={css.label}>{t('board.waiting')}</div>
          <div className={css.value}>{row.waiting}</div>
        </div>
        <div>
          <div className={css.label}>{t('board.longest')}</div>
          <div className={`${css.value} ${level ? css[`c-${level}`] : ''}`}>
            {level && <IconAlertTriangle size="0.7em" aria-label={t(`board.wait_${level}`)} />}
            {row.oldest === null ? <span className={css.nothing}>–</span> : timer(oldest)}
          </div>
        </div>
        <div>
          <div className={css.label}>{t('board.ready_short')}</div>
          <div className={`${css.value} ${css.small}`}>{row.ready}</div>
        </div>
        <div>
          <div className={css.label}>{t('board.level')}</div>
          <div className={`${css.value} ${css.small}`}>
            {row.level === null ? <span className={css.nothing}>–</span> : percent(row.level, i18n.language)}
          </div>
        </div>
        <div>
          <div className={css.label}>{t('board.answered')}</div>
          <div className={`${css.value} ${css.small}`}>{row.answered}</div>
        </div>
        <div>
          <div className={css.label}>{t('board.abandoned')}</div>
          <div className={`${css.value} ${css.small}`}>{row.abandoned}</div>
        </div>
      </div>
    </section>
  )
}
