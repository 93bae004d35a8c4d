import { IconBellRinging, IconCircleCheck, IconCoffee, IconMoon, IconPencil, IconPhone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AgentRow, AgentState } from '../../api/types'
import { word } from '../../i18n'
import css from './BoardPage.module.css'

const ICONS: Record<AgentState, typeof IconPhone> = {
  ready: IconCircleCheck,
  offered: IconBellRinging,
  talking: IconPhone,
  wrapping: IconPencil,
  paused: IconCoffee,
  away: IconMoon,
}

const COLORS: Record<AgentState, string> = {
  ready: 'var(--ld-accent)',
  offered: 'var(--ld-accent)',
  talking: 'var(--ld-strong)',
  wrapping: 'var(--mantine-color-dimmed)',
  paused: 'var(--mantine-color-dimmed)',
  away: 'var(--mantine-color-dimmed)',
}

/** Icon and words; a pause the system imposed (no answer, rejected) is said as such. */
export function AgentStateMark({ row, size = 17 }: { row: Pick<AgentRow, 'state' | 'reason'>; size?: number }) {
  const { t } = useTranslation()
  const Icon = ICONS[row.state] ?? IconMoon
  const imposed = row.reason === 'no_answer' || row.reason === 'rejected' || row.reason === 'unreachable'
  return (
    <span className={css.state} style={{ color: imposed ? 'var(--ld-soon)' : COLORS[row.state] }}>
      <Icon size={size} stroke={1.9} aria-hidden />
      <span>
        {row.state === 'paused' && row.reason ? word(t, 'agent.reason', row.reason) : word(t, 'agent.state', row.state)}
      </span>
    </span>
  )
}

export const STATE_ORDER: AgentState[] = ['ready', 'offered', 'talking', 'wrapping', 'paused', 'away']
