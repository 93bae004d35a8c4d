import { Badge, Button, Menu } from '@mantine/core'
import { IconAlertTriangle, IconArrowsMaximize, IconChevronDown, IconPhoneOff } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { useBoard } from '../../api/live'
import { useAgents } from '../../nouns/agents/useAgents'
import { agentsOf, type Board, callsOf, queuesOf, waitingOf } from '../../api/rows'
import type { AgentRow, ChosenStatus, QueueRow } from '../../api/types'
import { word } from '../../i18n'
import { useQueueName } from '../../nouns/queues/useQueueName'
import { useMyself } from '../../nouns/me/myself'
import { paths } from '../../paths'
import { Confirm } from '../../ui/Confirm'
import { percent, timer } from '../../ui/format'
import { Link } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { Cut, Phone } from '../../ui/Small'
import { Timer, useNow } from '../../ui/Timer'
import { toast } from '../../ui/toast'
import { Empty, Waiting } from '../../ui/Wait'
import { AgentStateMark, STATE_ORDER } from './agentState'
import css from './BoardPage.module.css'
import { useAlarm, useCallerLevel } from './useAlarm'
import { type Level, WAIT_BREACH_MS } from './waits'
import { ScrollX } from '../../ui/ScrollX'

/** Agents, queues and calls as the server reports them. */
export function BoardPage() {
  const { t } = useTranslation()
  const board = useBoard()
  const ready = board.fresh || board.staleSince !== null
  return (
    <PageFrame
      title={t('place.board')}
      note={
        board.staleSince !== null ? (
          <span style={{ color: 'var(--ld-soon)' }}>
            <IconAlertTriangle size={15} aria-hidden /> {t('board.stale_for')} <Timer since={board.staleSince} />
          </span>
        ) : undefined
      }
      actions={
        <Link to={paths.wall()} className="row">
          <IconArrowsMaximize size={16} aria-hidden />
          {t('board.wall')}
        </Link>
      }
    >
      {!ready ? (
        <Waiting lines={8} />
      ) : (
        <div className={`stack ${board.fresh ? '' : css.old}`} style={{ gap: 12 }}>
          <div className={css.queues}>
            {queuesOf(board).map((row) => (
              <QueueCard key={row.queue} row={row} board={board} />
            ))}
          </div>
          <div className={css.two}>
            <WaitingCallers board={board} />
            <Agents board={board} />
          </div>
          <LiveCalls board={board} />
        </div>
      )}
    </PageFrame>
  )
}

function QueueCard({ row, board }: { row: QueueRow; board: Board }) {
  const { t, i18n } = useTranslation()
  const queueName = useQueueName()
  const now = useNow()
  const { level, why, target } = useAlarm(row, board, now)
  const said = why && t(`board.alarm_${why}`)
  return (
    <section
      className={`paper ${css.queue} ${level ? css[`queue-${level}`] : ''}`}
      aria-label={queueName(row.queue)}
      data-alarm={level || undefined}
    >
      <div className="row between">
        <h2>{queueName(row.queue)}</h2>
        <span className={row.ready === 0 && level ? css[level] : 'muted'}>
          {t('board.ready', { count: row.ready })}
        </span>
      </div>
      <div className={`${css.alarm} ${level ? css[level] : ''}`} role={level === 'breach' ? 'alert' : 'status'}>
        {said && (
          <>
            <IconAlertTriangle size={18} aria-hidden /> {said}
          </>
        )}
      </div>
      <div className={css.figures}>
        <Figure name={t('board.waiting')} value={String(row.waiting)} level={row.waiting > 0 ? level : ''} />
        <Figure
          name={t('board.longest')}
          value={row.oldest === null ? '—' : timer(now - row.oldest)}
          level={level}
          target={t('board.longest_target', { time: timer(WAIT_BREACH_MS) })}
        />
        <Figure
          name={t('board.level')}
          value={percent(row.level, i18n.language)}
          target={target === null ? '' : t('board.level_target', { seconds: target })}
        />
        <Figure name={t('board.answered')} value={String(row.answered)} />
        <Figure name={t('board.abandoned')} value={String(row.abandoned)} />
      </div>
    </section>
  )
}

/** A figure, and what it should be. */
function Figure({ name, value, level = '', target }: { name: string; value: string; level?: Level; target?: string }) {
  return (
    <div className={css.figure}>
      <span className="muted small">{name}</span>
      <span className={`${css.value} ${level ? css[level] : ''}`}>{value}</span>
      <span className="muted small">{target}</span>
    </div>
  )
}

function WaitingCallers({ board }: { board: Board }) {
  const { t } = useTranslation()
  const queueName = useQueueName()
  const agents = useAgents().data
  const now = useNow()
  const rows = waitingOf(board)
  const levelOf = useCallerLevel(board, now)
  return (
    <section className="paper" aria-labelledby="waiting-title">
      <h2 id="waiting-title">
        {t('board.waiting_callers')} <span className="muted num">{rows.length}</span>
      </h2>
      {rows.length === 0 ? (
        <Empty title={t('board.nobody_waits')} hint={t('board.nobody_waits_hint')} />
      ) : (
        <ScrollX>
          <table className="data">
            <thead>
              <tr>
                <th className="num">{t('board.wait')}</th>
                <th>{t('call.from')}</th>
                <th>{t('call.queue')}</th>
                <th>{t('board.offered_to')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => {
                const call = board.rows.get(`call:${row.call}`)
                const wait = now - row.since
                const level = levelOf(row)
                return (
                  <tr key={row.call}>
                    <td className={`num ${level ? css[level] : ''}`}>
                      {level && <IconAlertTriangle size={15} aria-label={t(`board.level_${level}`)} />}{' '}
                      <b>{timer(wait)}</b>
                    </td>
                    <td>
                      <Link to={paths.call(row.call)}>
                        <Phone value={call?.row === 'call' ? call.from : null} />
                      </Link>
                    </td>
                    <td>{queueName(row.queue)}</td>
                    <td>
                      {row.offered_to ? (
                        <Cut lines={2}>{agents?.find((agent) => agent.id === row.offered_to)?.name ?? '…'}</Cut>
                      ) : (
                        <span className="muted num">{t('board.position', { n: row.position })}</span>
                      )}
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </ScrollX>
      )}
    </section>
  )
}

function Agents({ board }: { board: Board }) {
  const { t } = useTranslation()
  const me = useMyself()
  const names = new Map((useAgents().data ?? []).map((agent) => [agent.id, agent]))
  const nameOf = (row: AgentRow) => names.get(row.agent)?.name ?? '…'
  const rows = agentsOf(board).sort(
    (a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) || nameOf(a).localeCompare(nameOf(b)),
  )
  return (
    <section className="paper" aria-labelledby="agents-title">
      <h2 id="agents-title">
        {t('board.agents')} <span className="muted num">{rows.length}</span>
      </h2>
      <ScrollX>
        <table className="data">
          <thead>
            <tr>
              <th>{t('board.agent')}</th>
              <th>{t('board.state')}</th>
              <th className="num">{t('board.since')}</th>
              <th className="num">{t('board.calls_taken')}</th>
              {me.permissions.includes('agents.status_others') && (
                <th>
                  <span className="visually-hidden">{t('board.change')}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.agent}>
                <td style={{ maxWidth: 220 }}>
                  <Cut lines={2}>{nameOf(row)}</Cut>
                  <span className="muted small num">
                    {names.get(row.agent)?.extension}
                    {row.device ? '' : ` · ${t('board.no_device')}`}
                  </span>
                </td>
                <td>
                  {row.call ? (
                    <Link to={paths.call(row.call)} plain>
                      <AgentStateMark row={row} />
                    </Link>
                  ) : (
                    <AgentStateMark row={row} />
                  )}
                </td>
                <td className="num">
                  <Timer since={row.since} />
                </td>
                <td className="num">{row.calls_taken}</td>
                {me.permissions.includes('agents.status_others') && (
                  <td style={{ width: 40 }}>
                    <ChangeStatus row={row} name={nameOf(row)} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </section>
  )
}

/** A supervisor may pause an agent who left the desk without doing so. */
function ChangeStatus({ row, name }: { row: AgentRow; name: string }) {
  const { t } = useTranslation()
  const set = (status: ChosenStatus, reason?: string) => () =>
    void api
      .put('/agents/{id}/status', { params: { path: { id: row.agent } }, body: { status, reason } })
      .then(() => toast.done(t('board.changed', { name })), toast.failed)
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="subtle" color="gray" size="compact-sm" aria-label={t('board.change_of', { name })}>
          <IconChevronDown size={15} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={set('ready')} disabled={!row.device}>
          {t('agent.state.ready')}
        </Menu.Item>
        <Menu.Item onClick={set('paused', 'supervisor')}>{t('agent.state.paused')}</Menu.Item>
        <Menu.Item onClick={set('away')}>{t('agent.state.away')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function LiveCalls({ board }: { board: Board }) {
  const { t } = useTranslation()
  const me = useMyself()
  const queueName = useQueueName()
  const agents = useAgents().data
  const rows = callsOf(board)
  const [ending, setEnding] = useState<string | null>(null)
  return (
    <section className="paper" aria-labelledby="calls-title">
      <h2 id="calls-title">
        {t('board.live_calls')} <span className="muted num">{rows.length}</span>
      </h2>
      {rows.length === 0 ? (
        <Empty title={t('board.no_calls')} hint={t('board.no_calls_hint')} />
      ) : (
        <ScrollX>
          <table className="data">
            <thead>
              <tr>
                <th>{t('call.from')}</th>
                <th>{t('board.stage')}</th>
                <th className="num">{t('board.in_stage')}</th>
                <th className="num">{t('board.total')}</th>
                <th className="num">{t('call.dialled')}</th>
                <th>{t('call.queue')}</th>
                <th>{t('call.agent')}</th>
                {me.permissions.includes('calls.control_others') && (
                  <th>
                    <span className="visually-hidden">{t('table.actions')}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.call}>
                  <td>
                    <Link to={paths.call(row.call)}>
                      <Phone value={row.from} />
                    </Link>
                  </td>
                  <td>
                    <Badge
                      variant={row.stage === 'talking' ? 'light' : 'outline'}
                      color={row.stage === 'talking' || row.stage === 'offered' ? 'lamp' : 'gray'}
                    >
                      {word(t, 'call.stage', row.stage)}
                    </Badge>
                  </td>
                  <td className="num">
                    <Timer since={row.since} />
                  </td>
                  <td className="num">
                    <Timer since={row.arrived} />
                  </td>
                  <td className="num">{row.dialled}</td>
                  <td>{queueName(row.queue) || '—'}</td>
                  <td>{row.agent ? (agents?.find((agent) => agent.id === row.agent)?.name ?? '…') : '—'}</td>
                  {me.permissions.includes('calls.control_others') && (
                    <td style={{ width: 40 }}>
                      <Button
                        variant="subtle"
                        color="red"
                        size="compact-sm"
                        aria-label={t('board.end_call')}
                        title={t('board.end_call')}
                        onClick={() => setEnding(row.call)}
                      >
                        <IconPhoneOff size={15} aria-hidden />
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      <Confirm
        opened={ending !== null}
        danger
        title={t('board.end_call_title')}
        action={t('board.end_call')}
        onNo={() => setEnding(null)}
        onYes={() => {
          const call = ending
          setEnding(null)
          if (call) api.delete('/calls/{id}', { params: { path: { id: call } } }).catch(toast.failed)
        }}
      >
        {t('board.end_call_why')}
      </Confirm>
    </section>
  )
}
