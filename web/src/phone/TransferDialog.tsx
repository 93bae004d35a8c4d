import { Badge, Modal, TextInput } from '@mantine/core'
import { IconHeadset, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBoard } from '../api/live'
import { useAgents } from '../nouns/agents/useAgents'
import { useQueues } from '../nouns/queues/useQueues'
import { agentRow, shownState } from '../api/rows'
import { word } from '../i18n'
import { Timer } from '../ui/Timer'
import { toast } from '../ui/toast'
import css from './PhoneBar.module.css'
import type { PhoneUse } from './usePhone'

interface Target {
  key: string
  name: string
  note: string
  state: string
  since: number | null
  free: boolean
  to: { agent: string } | { queue: string }
}

/** Who can take it now, first. Typing filters, arrows choose, Enter transfers. */
export function TransferDialog({
  use,
  opened,
  onClose,
  onClosed,
}: {
  use: PhoneUse
  opened: boolean
  onClose: () => void
  /** It has gone from the screen. */
  onClosed: () => void
}) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      onExitTransitionEnd={onClosed}
      title={t('transfer.title')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
      size="md"
    >
      {opened && <Targets use={use} onClose={onClose} />}
    </Modal>
  )
}

function useTargets(use: PhoneUse): Target[] {
  const { t, i18n } = useTranslation()
  const board = useBoard()
  const agents = useAgents().data ?? []
  const queues = useQueues().data ?? []
  const people: Target[] = agents
    .filter((agent) => agent.id !== use.me.id)
    .map((agent) => {
      const row = agentRow(board, agent.id)
      const state = row ? shownState(board, row) : agent.state
      const reason = row?.reason ?? null
      return {
        key: `agent:${agent.id}`,
        name: agent.name,
        note: agent.extension ?? '',
        state: state === 'paused' && reason ? word(t, 'agent.reason', reason) : word(t, 'agent.state', state),
        since: row?.since ?? null,
        free: state === 'ready',
        to: { agent: agent.id },
      }
    })
    .sort((a, b) => Number(b.free) - Number(a.free) || a.name.localeCompare(b.name))
  const lines: Target[] = queues.map((queue) => {
    const row = board.rows.get(`queue:${queue.name}`)
    const waiting = row?.row === 'queue' ? row.waiting : queue.waiting
    const ready = row?.row === 'queue' ? row.ready : queue.ready
    return {
      key: `queue:${queue.name}`,
      name: i18n.language === 'en' ? queue.label_en : queue.label_ru,
      note: t('transfer.queue'),
      state: t('transfer.queue_state', { ready, waiting }),
      since: null,
      free: true,
      to: { queue: queue.name },
    }
  })
  return [...lines, ...people]
}

function Targets({ use, onClose }: { use: PhoneUse; onClose: () => void }) {
  const { t } = useTranslation()
  const all = useTargets(use)
  const [typed, setTyped] = useState('')
  const [index, setIndex] = useState(0)
  const [busy, setBusy] = useState(false)
  const shown = all.filter((target) =>
    `${target.name} ${target.note}`.toLowerCase().includes(typed.trim().toLowerCase()),
  )
  const current = Math.min(index, shown.length - 1)
  const go = async (target: Target | undefined) => {
    if (!target?.free || busy) return
    setBusy(true)
    try {
      await use.transfer(target.to, target.name)
      toast.done(t('transfer.done', { to: target.name }))
      onClose()
    } catch (error) {
      toast.failed(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className="stack">
      <TextInput
        data-autofocus
        size="sm"
        aria-label={t('transfer.search')}
        placeholder={t('transfer.search')}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setIndex(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault()
            setIndex(Math.min(current + 1, shown.length - 1))
          }
          if (event.key === 'ArrowUp') {
            event.preventDefault()
            setIndex(Math.max(current - 1, 0))
          }
          if (event.key === 'Enter') {
            event.preventDefault()
            void go(shown[current])
          }
        }}
        role="combobox"
        aria-expanded
        aria-controls="transfer-targets"
        aria-activedescendant={shown[current] ? `target-${shown[current].key}` : undefined}
      />
      <div
        id="transfer-targets"
        role="listbox"
        aria-label={t('transfer.title')}
        style={{ maxHeight: 360, overflowY: 'auto' }}
      >
        {shown.map((target, at) => (
          <button
            key={target.key}
            id={`target-${target.key}`}
            type="button"
            role="option"
            aria-selected={at === current}
            tabIndex={-1}
            disabled={!target.free || busy}
            className={css.option}
            onMouseMove={() => setIndex(at)}
            onClick={() => void go(target)}
          >
            {'queue' in target.to ? <IconUsers size={18} aria-hidden /> : <IconHeadset size={18} aria-hidden />}
            <span className="grow">
              <span className="strong">{target.name}</span> <span className="muted num">{target.note}</span>
            </span>
            <Badge variant={target.free ? 'light' : 'outline'} color={target.free ? 'lamp' : 'gray'}>
              {target.state}
            </Badge>
            {target.since !== null && <Timer since={target.since} className="muted small" />}
          </button>
        ))}
        {shown.length === 0 && <div className="muted pad">{t('transfer.nobody')}</div>}
      </div>
      <span className="muted small">{t('transfer.blind')}</span>
    </div>
  )
}
