import { Button, Select, TextInput } from '@mantine/core'
import { IconMicrophone, IconMicrophoneOff, IconPhone, IconPhoneOff } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAbout } from '../../api/query'
import { muteMicrophone, openMicrophone, closeMicrophone, playVoice } from '../../phone/media'
import { DigitPad } from '../../phone/Keypad'
import { phone, phoneDigits } from '../../ui/format'
import { useUrl } from '../../ui/url'
import { usePageTitle } from '../../ui/PageFrame'
import { Timer } from '../../ui/Timer'
import { serverNow } from '../../api/clock'
import { Loaded } from '../../ui/Wait'
import { LanguageSwitch, SchemeSwitch } from '../../ui/Preferences'
import type { CallerCall, CallerState, CallerTrouble } from './caller'
import css from './CallerPage.module.css'

/** Call the hotline from a browser: one number, one button. */
export function CallerPage() {
  const { t } = useTranslation()
  usePageTitle(t('caller.title'))
  const about = useAbout()
  return (
    <main className={css.page}>
      <div className={css.top}>
        <LanguageSwitch />
        <SchemeSwitch />
      </div>
      <Loaded query={about}>
        {(data) => {
          const numbers = data.numbers.filter((each) => each.web)
          return numbers.length === 0 ? (
            <div className={`paper ${css.card}`}>{t('caller.no_numbers')}</div>
          ) : (
            <Caller numbers={numbers} demo={data.demo} />
          )
        }}
      </Loaded>
    </main>
  )
}

type Now =
  | { at: 'idle'; trouble: CallerTrouble | 'microphone' | null; talked: boolean }
  | { at: CallerState; since: number | null }

function Caller({ numbers, demo }: { numbers: { number: string; label: string }[]; demo: boolean }) {
  const { t } = useTranslation()
  const [url, set] = useUrl()
  const number = numbers.some((each) => each.number === url.to) ? (url.to ?? '') : (numbers[0]?.number ?? '')
  const [from, setFrom] = useState(url.from ?? '')
  const [now, setNow] = useState<Now>({ at: 'idle', trouble: null, talked: false })
  const [muted, setMuted] = useState(false)
  const [keys, setKeys] = useState('')
  const live = useRef<CallerCall | null>(null)
  const talked = useRef(false)
  useEffect(() => () => live.current?.hangUp(), [])

  const start = async () => {
    setNow({ at: 'connecting', since: null })
    setKeys('')
    setMuted(false)
    talked.current = false
    let microphone: MediaStream
    try {
      microphone = await openMicrophone()
    } catch {
      setNow({ at: 'idle', trouble: 'microphone', talked: false })
      return
    }
    const { call } = await import('./caller')
    live.current = call(number, demo && from.trim() ? phoneDigits(from) : null, microphone, {
      state: (state, trouble) => {
        if (state === 'talking') talked.current = true
        if (state === 'ended') {
          live.current = null
          playVoice(null)
          closeMicrophone()
          setNow({ at: 'idle', trouble, talked: talked.current })
        } else
          setNow((old) => ({ at: state, since: state === 'talking' ? serverNow() : 'since' in old ? old.since : null }))
      },
      voice: (stream) => playVoice(stream),
    })
  }
  const press = (digit: string) => {
    setKeys((old) => (old + digit).slice(-12))
    live.current?.digit(digit)
  }
  const strange = demo && from.trim() !== '' && !/^\+?\d[\d\s()-]{1,20}$/.test(from.trim())
  const chosen = numbers.find((each) => each.number === number)

  if (now.at === 'idle') {
    return (
      <form
        className={`paper ${css.card}`}
        onSubmit={(event) => {
          event.preventDefault()
          if (!strange) void start()
        }}
      >
        <h1 className={css.center}>{t('caller.title')}</h1>
        {numbers.length > 1 ? (
          <Select
            size="md"
            label={t('caller.number')}
            data={numbers.map((each) => ({ value: each.number, label: `${each.number} · ${each.label}` }))}
            value={number}
            onChange={(value) => set({ to: value })}
          />
        ) : (
          <div className={css.center}>
            <div className={css.big}>{number}</div>
            <div className="muted">{chosen?.label}</div>
          </div>
        )}
        {demo && (
          <TextInput
            size="md"
            label={t('caller.my_number')}
            description={t('caller.my_number_hint')}
            error={strange ? t('form.digits_only') : undefined}
            type="tel"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
            placeholder="+7 900 000-00-01"
          />
        )}
        <Button type="submit" size="lg" leftSection={<IconPhone size={22} aria-hidden />}>
          {t('caller.call')}
        </Button>
        <div aria-live="assertive" className={css.center}>
          {now.trouble && <span style={{ color: 'var(--ld-breach)' }}>{t(`caller.trouble.${now.trouble}`)}</span>}
          {!now.trouble && now.talked && <span className="muted">{t('caller.ended')}</span>}
        </div>
        <p className={`muted small ${css.center}`} style={{ margin: 0 }}>
          {t('caller.note')}
        </p>
      </form>
    )
  }
  return (
    <section className={`paper ${css.card}`} aria-label={t('caller.in_call')}>
      <div className={css.center}>
        <div className="strong" style={{ fontSize: '1.25rem' }}>
          {chosen?.label ?? phone(number)}
        </div>
        <div className="muted" aria-live="polite">
          {t(`caller.state.${now.at}`)}
        </div>
      </div>
      <div className={css.big}>{now.at === 'talking' ? <Timer since={now.since} /> : '0:00'}</div>
      <output
        className={`num ${css.center}`}
        style={{ minHeight: 22, letterSpacing: 3 }}
        aria-label={t('phone.sent_digits')}
      >
        {keys}
      </output>
      <div
        className={css.pad}
        onKeyDown={(event) => {
          if (/^[0-9*#]$/.test(event.key)) press(event.key)
        }}
      >
        <DigitPad size="lg" onDigit={press} />
      </div>
      <div className={css.buttons}>
        <Button
          fullWidth
          size="md"
          variant={muted ? 'filled' : 'default'}
          aria-pressed={muted}
          leftSection={muted ? <IconMicrophoneOff size={18} aria-hidden /> : <IconMicrophone size={18} aria-hidden />}
          onClick={() => {
            muteMicrophone(!muted)
            setMuted(!muted)
          }}
        >
          {muted ? t('phone.unmute') : t('phone.mute')}
        </Button>
        <Button
          fullWidth
          size="md"
          color="red"
          leftSection={<IconPhoneOff size={18} aria-hidden />}
          onClick={() => live.current?.hangUp()}
        >
          {t('phone.hang_up')}
        </Button>
      </div>
    </section>
  )
}
