// The disposition of the call, proposed from what was done; one key confirms it.

import { Button, Textarea } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { useDispositions } from '../../nouns/dispositions/useDispositions'
import type { Card, DispositionCode } from '../../api/types'
import { lacking, LEAST_COMMENT, saidBy } from '../../nouns/dispositions/choice'
import { useDispositionName } from '../../nouns/dispositions/useDispositionName'
import { word } from '../../i18n'
import { useMyself } from '../../nouns/me/myself'
import { usePhone } from '../../phone/usePhone'
import { WrapTimer } from '../../phone/WrapTimer'
import { useKeys } from '../../ui/keys'
import { toast } from '../../ui/toast'
import { useRadios } from '../../ui/useRadios'
import css from './Conversation.module.css'
import { proposed, type Slots } from './slots'

interface Props {
  call: string
  card: Card
  slots: Slots
  over: boolean
  consultation: string
  onConsultation: (text: string) => void
  onDone: () => void
  /** The outcome needs a saved ticket: to what the form lacks, or to its button. */
  toTicket: () => void
}

export function WrapUp({ call, card, slots, over, consultation, onConsultation, onDone, toTicket }: Props) {
  const { t } = useTranslation()
  const use = usePhone()
  const me = useMyself()
  const said = saidBy(me.id, card)
  const nameOf = useDispositionName()
  const list = useDispositions().data ?? []
  const [picked, setPicked] = useState<DispositionCode | null>(null)
  const [busy, setBusy] = useState(false)
  const [inside, setInside] = useState(false)
  const suggestion = proposed(slots, consultation)
  const code = picked ?? suggestion.code
  const chosen = list.find((each) => each.code === code)
  const ticket = suggestion.ticket ?? card.call.tickets.find((each) => each.complete) ?? null
  const lacks = lacking({ code, comment: consultation, ticket }, list)
  const comment = useRef<HTMLTextAreaElement>(null)
  const send = async () => {
    if (busy) return
    if (!over) return toast.refused(t('wrap.after_call_why'))
    if (lacks !== null || code === null) return refuse(lacks ?? 'code')
    setBusy(true)
    try {
      await api.put('/calls/{id}/disposition', {
        params: { path: { id: call } },
        body: {
          code,
          comment: consultation.trim() || undefined,
          ticket_id: chosen?.needs_ticket ? ticket?.id : undefined,
        },
      })
      toast.done(t('wrap.done'))
      onDone()
    } catch (error) {
      toast.failed(error)
    } finally {
      setBusy(false)
    }
  }
  const refuse = (why: NonNullable<typeof lacks>) => {
    toast.refused(why === 'ticket' ? t('wrap.save_first') : t(`wrap.lacks.${why}`, { count: LEAST_COMMENT }))
    if (why === 'ticket') toTicket()
    else if (why === 'comment') comment.current?.focus()
    else radios.focus()
  }
  const names = list.map(nameOf)
  const radios = useRadios(
    names,
    list.findIndex((each) => each.code === code),
    (index) => setPicked(list[index]?.code ?? null),
    () => void send(),
  )
  useFocusAfterCall(over && said === null, radios.focus)
  useKeys([
    ...names
      .slice(0, DIGITS.length)
      .map((name, index) => ({
        keys: [`Digit${DIGITS[index]}`],
        label: t('wrap.pick', { disposition: name }),
        group: t('place.desk'),
        enabled: over && said === null,
        run: () => setPicked(list[index]?.code ?? null),
      })),
    {
      // While the outcome needs a ticket, Alt S from here saves it.
      keys: inside && lacks !== 'ticket' ? ['alt+KeyW', 'alt+KeyS', 'ctrl+Enter'] : ['alt+KeyW'],
      label: t('wrap.finish'),
      group: t('place.desk'),
      enabled: said === null,
      run: () => void send(),
    },
  ])

  if (said !== null) {
    return (
      <section className="paper pad row" role="status">
        <IconCheck size={18} color="var(--ld-accent)" aria-hidden />
        <span>{t('wrap.is', { disposition: word(t, 'intake.dispositions', said) })}</span>
      </section>
    )
  }
  return (
    <section
      className="paper"
      aria-label={t('wrap.title')}
      onFocus={() => setInside(true)}
      onBlur={() => setInside(false)}
    >
      <div className={css.head}>
        <h2>{t('wrap.title')}</h2>
        {over && use?.row?.state === 'wrapping' && (
          <span className="muted">
            {t('phone.wrap_left')} <WrapTimer use={use} queue={card.call.queue} />
          </span>
        )}
        {!over && <span className="muted small">{t('wrap.after_call')}</span>}
      </div>
      <div className="stack pad" style={{ gap: 12 }}>
        <div className={css.codes} {...radios.group} aria-label={t('wrap.disposition')}>
          {list.map((each, index) => (
            <Button
              key={each.code}
              {...radios.radio(index)}
              leftSection={
                index < DIGITS.length ? (
                  <span className={`${css.key} num`} aria-hidden>
                    {DIGITS[index]}
                  </span>
                ) : undefined
              }
              variant={each.code === code ? 'light' : 'default'}
              styles={{
                label: { whiteSpace: 'normal', lineHeight: 1.2 },
                root: { height: 'auto', minHeight: 30, paddingBlock: 4 },
              }}
            >
              {nameOf(each)}
            </Button>
          ))}
        </div>
        <Textarea
          ref={comment}
          label={t('wrap.comment')}
          description={
            chosen?.needs_comment || code === null ? t('wrap.consult_hint', { count: LEAST_COMMENT }) : undefined
          }
          autosize
          minRows={1}
          maxRows={5}
          value={consultation}
          onChange={(event) => onConsultation(event.currentTarget.value)}
        />
        <div className="row wrap">
          <Button size="sm" disabled={!over} loading={busy} onClick={() => void send()}>
            {t('wrap.finish')}
            <span className="key-hint">Alt W</span>
          </Button>
          {over && lacks && <span className="muted small">{t(`wrap.lacks.${lacks}`, { count: LEAST_COMMENT })}</span>}
        </div>
      </div>
    </section>
  )
}

/** The keys of the dispositions, in the order of the list. */
const DIGITS = '1234567890'

/** Whoever typed a moment ago goes on typing: their next letters are no choice. */
const TYPING_MS = 2000

/** The end of the call takes the focus to the outcome. */
function useFocusAfterCall(over: boolean, focus: () => void): void {
  const was = useRef(over)
  const typed = useRef(0)
  const move = useEffectEvent(focus)
  useEffect(() => {
    const note = (event: Event) => (typed.current = event.timeStamp)
    document.addEventListener('input', note)
    return () => document.removeEventListener('input', note)
  }, [])
  useEffect(() => {
    if (over && !was.current && performance.now() - typed.current > TYPING_MS) move()
    was.current = over
  }, [over])
}
