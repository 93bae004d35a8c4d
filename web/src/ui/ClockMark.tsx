import { Tooltip } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconClockHour4, IconUrgent } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { word } from '../i18n'
import { type ClockTimes, levelOf } from './clocks'
import css from './ClockMark.module.css'
import { dateTime, span } from './format'
import { useNow } from './Timer'

interface Props {
  clock: ClockTimes & { code: string; law_ref?: string | null; paused_at?: string | null }
  /** Also say what the clock is about (in lists the column says it). */
  named?: boolean
  /** Of the building; without it the head office's. */
  zone?: string
}

const ICONS = { calm: IconClockHour4, soon: IconAlertTriangle, breach: IconUrgent, met: IconCheck }

/** A deadline: icon and text, never colour alone; the law on hover and focus. */
export function ClockMark({ clock, named, zone }: Props) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const level = levelOf(clock, now)
  const Icon = ICONS[level]
  const words = { d: t('unit.d'), h: t('unit.h'), m: t('unit.m'), s: t('unit.s') }
  const end = Date.parse(clock.stopped_at ?? clock.paused_at ?? '') || now
  const left = Date.parse(clock.due_at) - end
  const said = clock.stopped_at
    ? level === 'breach'
      ? t('clock.late', { span: span(left, words) })
      : t('clock.met')
    : left >= 0
      ? t('clock.left', { span: span(left, words) })
      : t('clock.over', { span: span(left, words) })
  const name = word(t, 'clock.code', clock.code)
  const rule = [name, clock.law_ref, t('clock.due', { at: dateTime(clock.due_at, i18n.language, zone) })]
    .filter(Boolean)
    .join(' · ')
  return (
    <Tooltip label={rule}>
      <span className={`${css.mark} ${css[level]} num`} tabIndex={0}>
        <Icon size={15} stroke={2} aria-hidden />
        {named && <span className={css.name}>{name}</span>}
        <span>{clock.paused_at && !clock.stopped_at ? `${t('clock.paused')}: ${said}` : said}</span>
      </span>
    </Tooltip>
  )
}
