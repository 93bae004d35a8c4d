import { Button, Menu } from '@mantine/core'
import {
  IconCheck,
  IconChevronDown,
  IconCoffee,
  IconLogout2,
  IconPlayerPause,
  IconSchool,
  IconToolsKitchen2,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useBoard } from '../api/live'
import { shownState } from '../api/rows'
import { word } from '../i18n'
import { Timer } from '../ui/Timer'
import css from './PhoneBar.module.css'
import type { PhoneUse } from './usePhone'

export const PAUSE_REASONS = ['break', 'lunch', 'training', 'other'] as const
const ICONS = { break: IconCoffee, lunch: IconToolsKitchen2, training: IconSchool, other: IconPlayerPause }

/** One click for Ready; the other states are in the menu. */
export function StatusMenu({ use }: { use: PhoneUse }) {
  const { t } = useTranslation()
  const board = useBoard()
  // Before the first snapshot the state is unknown.
  if (use.row === null && !board.fresh)
    return (
      <Button size="sm" variant="default" disabled>
        {t('phone.connecting')}
      </Button>
    )
  const state = use.row ? shownState(board, use.row) : 'away'
  const reason = state === 'paused' && use.row?.reason ? word(t, 'agent.reason', use.row.reason) : null
  const said = reason ?? word(t, 'agent.state', state)
  const on = state === 'ready' || state === 'talking' || state === 'offered'
  const inCall = use.stage !== 'none'
  const canBeReady = state === 'away' || state === 'paused' || state === 'wrapping'
  return (
    <div className={`row ${css.status} ${inCall ? css.inCall : ''}`}>
      {canBeReady && (
        <Button size="sm" loading={use.changing} onClick={() => void use.ready()} title="Alt R">
          {t('phone.be_ready')}
          <span className={css.key}>Alt R</span>
        </Button>
      )}
      <Menu position="bottom-start" shadow="md" width={230}>
        <Menu.Target>
          <Button size="sm" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
            <span className="row">
              <span className={`${css.dot} ${on ? '' : css.off}`} aria-hidden />
              <span className="visually-hidden">
                {t('phone.status')}: {said}
              </span>
              {/* In a call the strip beside it says the state and the time. */}
              {!inCall && <span aria-hidden>{said}</span>}
              {inCall && !canBeReady && <span aria-hidden>{t('phone.status')}</span>}
              {use.row && !inCall && <Timer since={use.row.since} className="muted" />}
            </span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {state !== 'ready' && (
            <Menu.Item leftSection={<IconCheck size={16} aria-hidden />} onClick={() => void use.ready()}>
              {t('phone.be_ready')}
            </Menu.Item>
          )}
          <Menu.Label>{t('phone.pause_for')}</Menu.Label>
          {PAUSE_REASONS.map((each) => {
            const Icon = ICONS[each]
            return (
              <Menu.Item key={each} leftSection={<Icon size={16} aria-hidden />} onClick={() => void use.pause(each)}>
                {word(t, 'agent.reason', each)}
              </Menu.Item>
            )
          })}
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout2 size={16} aria-hidden />} onClick={() => void use.away()}>
            {t('phone.be_away')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}
