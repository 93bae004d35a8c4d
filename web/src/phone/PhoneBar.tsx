// Always on top: who is on the line, for how long, and everything one can do about it.

import { Badge, Button } from '@mantine/core'
import {
  IconArrowForwardUp,
  IconDialpad,
  IconMicrophone,
  IconMicrophoneOff,
  IconPhone,
  IconPhoneOff,
  IconPlayerPause,
  IconPlayerPlay,
  IconUrgent,
  IconX,
} from '@tabler/icons-react'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import { useBoard } from '../api/live'
import { word } from '../i18n'
import { saidBy } from '../nouns/dispositions/choice'
import { useAgents } from '../nouns/agents/useAgents'
import { useMyself } from '../nouns/me/myself'
import { useQueues } from '../nouns/queues/useQueues'
import { callRow } from '../api/rows'
import type { Card } from '../api/types'
import { phone as grouped } from '../ui/format'
import { readable, useKeys } from '../ui/keys'
import { Timer } from '../ui/Timer'
import { Keypad } from './Keypad'
import css from './PhoneBar.module.css'
import { PHONE_KEYS } from './phoneKeys'
import { PreflightDialog } from './PreflightDialog'
import { PhoneSettings } from './PhoneSettings'
import { StatusMenu } from './StatusMenu'
import { TransferDialog } from './TransferDialog'
import { type PhoneStage, transferOf } from './stage'
import { usePhone, type PhoneUse } from './usePhone'
import { WrapTimer } from './WrapTimer'

export function PhoneBar() {
  const use = usePhone()
  if (use === null) return null
  return <Bar use={use} />
}

function Bar({ use }: { use: PhoneUse }) {
  const { t } = useTranslation()
  const { stage } = use
  const [transferring, setTransferring] = useState(false)
  const [dialling, setDialling] = useState(false)
  const ringing = stage === 'ringing'
  const talk = use.phone.talk
  const here = talk.at !== 'idle'
  const muted = talk.at === 'talking' && talk.muted
  const board = useBoard()
  const held = talk.at === 'talking' ? talk.held : use.call !== null && callRow(board, use.call)?.stage === 'held'
  const talking = stage === 'talking'
  // From another window the call is held, transferred and ended through the server.
  const commands = talksOf(stage)
  const strip = useRef<HTMLElement>(null)
  const paused = use.row?.state !== 'ready'

  useKeys([
    {
      keys: [...PHONE_KEYS.answer],
      label: t('phone.answer'),
      group: t('keys.phone'),
      enabled: ringing && here,
      run: () => use.send({ is: 'answer' }),
    },
    {
      keys: [...PHONE_KEYS.hold],
      label: t('phone.hold'),
      group: t('keys.phone'),
      enabled: commands,
      run: () => use.hold(!held),
    },
    {
      keys: [...PHONE_KEYS.mute],
      label: t('phone.mute'),
      group: t('keys.phone'),
      enabled: talking && here,
      run: () => use.send({ is: 'mute', on: !muted }),
    },
    {
      keys: [...PHONE_KEYS.transfer],
      label: t('phone.transfer'),
      group: t('keys.phone'),
      enabled: commands,
      run: () => setTransferring(true),
    },
    {
      keys: [...PHONE_KEYS.keypad],
      label: t('phone.keypad'),
      group: t('keys.phone'),
      enabled: talking && here,
      run: () => setDialling((open) => !open),
    },
    {
      keys: [...PHONE_KEYS.hangUp],
      label: t('phone.hang_up'),
      group: t('keys.phone'),
      enabled: commands || ringing,
      run: use.hangUp,
    },
    {
      keys: [...PHONE_KEYS.ready],
      label: paused ? t('phone.be_ready') : t('phone.be_paused'),
      group: t('keys.phone'),
      run: () => void (paused ? use.ready() : use.pause('break')),
    },
  ])

  return (
    <>
      <section ref={strip} tabIndex={-1} className={css.bar} aria-label={t('phone.bar')}>
        <StatusMenu use={use} />
        <div
          className={`${css.call} ${stage === 'none' ? css.idle : css.live} ${ringing ? 'ring-on' : ''} ${use.emergency ? css.emergency : ''}`}
        >
          {stage === 'none' ? <IdleWords use={use} /> : <Caller use={use} stage={stage} held={held} />}
          {ringing && here && (
            <div className={css.buttons}>
              <Button
                size="sm"
                className={css.answer}
                leftSection={<IconPhone size={18} aria-hidden />}
                onClick={() => use.send({ is: 'answer' })}
              >
                {t('phone.answer')}
                <span className={css.key}>F2</span>
              </Button>
              <Button
                size="sm"
                variant="default"
                leftSection={<IconX size={18} aria-hidden />}
                onClick={() => use.send({ is: 'reject' })}
              >
                {t('phone.reject')}
              </Button>
            </div>
          )}
          {ringing && !here && <span className="muted">{t('phone.answer_on_desk_phone')}</span>}
          {commands && (
            <div className={css.buttons}>
              {here && (
                <Button
                  variant={muted ? 'filled' : 'default'}
                  aria-pressed={muted}
                  title={readable(PHONE_KEYS.mute[0])}
                  leftSection={
                    muted ? <IconMicrophoneOff size={16} aria-hidden /> : <IconMicrophone size={16} aria-hidden />
                  }
                  onClick={() => use.send({ is: 'mute', on: !muted })}
                >
                  <Either className={css.narrow} first={t('phone.mute')} second={t('phone.unmute')} isSecond={muted} />
                  <span className={css.key}>{readable(PHONE_KEYS.mute[0])}</span>
                </Button>
              )}
              <Button
                variant={held ? 'filled' : 'default'}
                aria-pressed={held}
                title={readable(PHONE_KEYS.hold[0])}
                loading={talk.at === 'talking' && talk.asking}
                leftSection={
                  held ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />
                }
                onClick={() => use.hold(!held)}
              >
                <Either className={css.narrow} first={t('phone.hold')} second={t('phone.resume')} isSecond={held} />
                <span className={css.key}>{readable(PHONE_KEYS.hold[0])}</span>
              </Button>
              <Button
                variant="default"
                title={readable(PHONE_KEYS.transfer[0])}
                leftSection={<IconArrowForwardUp size={16} aria-hidden />}
                onClick={() => setTransferring(true)}
              >
                <span className={css.narrower}>{t('phone.transfer')}</span>
                <span className={css.key}>{readable(PHONE_KEYS.transfer[0])}</span>
              </Button>
              {here && (
                <Keypad opened={dialling} onChange={setDialling} onDigit={(digit) => use.send({ is: 'digit', digit })}>
                  <Button
                    variant="default"
                    aria-label={t('phone.keypad')}
                    title={`${t('phone.keypad')} (${readable(PHONE_KEYS.keypad[0])})`}
                    onClick={() => setDialling((open) => !open)}
                  >
                    <IconDialpad size={16} aria-hidden />
                  </Button>
                </Keypad>
              )}
              <Button
                color="red"
                title={readable(PHONE_KEYS.hangUp[0])}
                leftSection={<IconPhoneOff size={16} aria-hidden />}
                onClick={use.hangUp}
              >
                {t('phone.hang_up')}
                <span className={css.key}>{readable(PHONE_KEYS.hangUp[0])}</span>
              </Button>
            </div>
          )}
        </div>
        <PhoneSettings use={use} />
      </section>
      {use.phone.trouble && (
        <div className={css.trouble} role="alert">
          {t(`phone.trouble.${use.phone.trouble}`)}
        </div>
      )}
      <div className="visually-hidden" aria-live="assertive">
        {ringing ? t('phone.ringing_title', { from: spokenFrom(use) || t('call.hidden_number') }) : ''}
      </div>
      <TransferDialog
        use={use}
        opened={transferring && commands}
        onClose={() => setTransferring(false)}
        onClosed={() => {
          // What opened it has gone with the call.
          if (document.activeElement === document.body) strip.current?.focus()
        }}
      />
      <PreflightDialog use={use} />
    </>
  )
}

function talksOf(stage: PhoneStage): boolean {
  return stage === 'talking' || stage === 'elsewhere'
}

function spokenFrom(use: PhoneUse): string {
  return use.phone.talk.at === 'idle' ? '' : grouped(use.phone.talk.from)
}

function IdleWords({ use }: { use: PhoneUse }) {
  const { t } = useTranslation()
  const waiting = useBoard()
  let callers = 0
  for (const row of waiting.rows.values()) if (row.row === 'waiting') callers += 1
  if (use.row === null && !waiting.fresh) return null
  return (
    <span className="muted">
      {use.row?.state === 'ready' ? t('phone.waiting_for_calls') : t('phone.not_ready_hint')}
      {callers > 0 ? ` · ${t('phone.callers_wait', { count: callers })}` : ''}
    </span>
  )
}

/** One of two words in the place of the longer one: a change of state moves nothing beside it. */
function Either({
  first,
  second,
  isSecond,
  className,
}: {
  first: string
  second: string
  isSecond: boolean
  className: string | undefined
}) {
  return (
    <span className={`${css.either} ${className ?? ''}`}>
      <span aria-hidden={isSecond} className={isSecond ? css.absent : ''}>
        {first}
      </span>
      <span aria-hidden={!isSecond} className={isSecond ? '' : css.absent}>
        {second}
      </span>
    </span>
  )
}

/** What the strip calls the stage, with the name of a colleague or a queue. */
function useSaid(use: PhoneUse, stage: PhoneStage, card: Card | undefined): (held: boolean) => string {
  const { t } = useTranslation()
  const board = useBoard()
  const agents = useAgents().data
  const me = useMyself()
  const line = use.call === null ? null : callRow(board, use.call)
  const transfer = transferOf(stage, use.call, line?.stage, use.given)
  return (held) => {
    if (transfer !== null) {
      const rung = agents?.find((agent) => agent.id === line?.agent)?.name
      const name = (transfer === 'rings' ? rung : use.given?.name) ?? ''
      return t(`phone.transfer_state.${transfer === 'rings' && name === '' ? 'rings_somebody' : transfer}`, { name })
    }
    const said = stage === 'wrapping' && card ? saidBy(me.id, card) : null
    if (said !== null) return t('wrap.is', { disposition: word(t, 'intake.dispositions', said) })
    if (held) return t('phone.stage.held')
    const from = card?.parts.at(-1)?.agent.name
    if (stage === 'ringing' && card && card.call.answered_at !== null)
      return from ? t('phone.transferred_by', { name: from }) : t('phone.transferred')
    return t(`phone.stage.${stage}`)
  }
}

function Caller({ use, stage, held }: { use: PhoneUse; stage: PhoneStage; held: boolean }) {
  const { t, i18n } = useTranslation()
  const board = useBoard()
  const queues = useQueues().data
  const { call } = use
  const card = useQuery({
    queryKey: ['cards', call],
    queryFn: call === null ? skipToken : () => api.get('/calls/{id}/card', { params: { path: { id: call } } }),
  }).data
  const said = useSaid(use, stage, card)
  const line = call === null ? null : callRow(board, call)
  const from =
    use.phone.talk.at === 'idle' ? (line?.from ?? card?.number ?? null) : (use.phone.talk.from ?? line?.from ?? null)
  const chosen = card?.call.contact?.name
  const names = chosen ? [chosen] : (card?.candidates.map((candidate) => candidate.contact.name) ?? [])
  const number = from ? grouped(from) : t('call.hidden_number')
  const title =
    names.length === 1 ? (names[0] ?? number) : names.length > 1 ? t('phone.one_of', { count: names.length }) : number
  const queueName =
    line?.queue ?? (use.phone.talk.at === 'idle' ? null : use.phone.talk.queue) ?? card?.call.queue ?? null
  const queue = queues?.find((each) => each.name === queueName)
  const before = card !== undefined && card.call.answered_at !== null
  // How long the caller waits: since the queue or the last talk, not since this phone began to ring.
  const began = before ? card.parts.at(-1)?.ended_at : (card?.call.queued_at ?? line?.arrived)
  const waits = stage === 'ringing' ? (began ?? undefined) : undefined
  return (
    <>
      <span className={css.timer}>
        {stage === 'wrapping' ? (
          <>
            <WrapTimer use={use} queue={queueName} />
            <span className={css.of}>{word(t, 'agent.state', 'wrapping')}</span>
          </>
        ) : (
          <Timer since={talksOf(stage) ? use.row?.since : (waits ?? line?.since ?? use.row?.since)} />
        )}
      </span>
      <div className={css.who}>
        <div className={`${css.name} cut`} title={title} data-testid="on-the-line">
          {title}
        </div>
        <div className={`row small ${css.facts}`}>
          <span className={css.said} data-testid="call-state">
            {said(held)}
            {stage !== 'wrapping' && held && line !== null && (
              <>
                {' '}
                <Timer since={line.since} />
              </>
            )}
          </span>
          {title !== number && <span className={`num cut ${css.number}`}>{number}</span>}
          {queueName && (
            <Badge
              className={use.emergency ? css.urgent : css.queue}
              variant={use.emergency ? 'filled' : 'outline'}
              color={use.emergency ? 'red' : undefined}
              leftSection={use.emergency ? <IconUrgent size={14} aria-hidden /> : undefined}
            >
              {queue ? (i18n.language === 'en' ? queue.label_en : queue.label_ru) : queueName}
            </Badge>
          )}
        </div>
      </div>
    </>
  )
}
