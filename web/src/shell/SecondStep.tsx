import { Button, TextInput } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import { askKey, keysSupported } from '../api/securityKey'
import type { Challenge, Me, Proof } from '../api/types'
import { ProblemNote } from '../ui/Wait'
import { asProblem, Problem } from '../api/problem'

/** The password was right: what else this person has to show. */
export function SecondStep({
  asked,
  onDone,
  onOver,
}: {
  asked: Challenge
  onDone: (me: Me) => void
  /** From the beginning, and why when it was not chosen. */
  onOver: (why: unknown) => void
}) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const key = asked.key !== null && keysSupported() ? asked.key : null
  const typed = asked.factors.some((factor) => factor !== 'key')
  const send = async (proof: Omit<Proof, 'challenge'>) => {
    setBusy(true)
    setError(null)
    try {
      onDone(await api.post('/login/second-factor', { body: { challenge: asked.challenge, ...proof } }))
    } catch (failed) {
      if (asProblem(failed).slug === 'challenge-over') onOver(failed)
      else setError(failed)
      setCode('')
      setBusy(false)
    }
  }
  const withKey = async (options: object) => {
    setError(null)
    try {
      const answer = await askKey(options)
      await send({ key: answer })
    } catch {
      setError(new Problem({ slug: 'key', status: 0, title: t('login.key_failed') }))
    }
  }
  return (
    <form
      className="stack"
      style={{ gap: 14 }}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void send({ code })
      }}
    >
      <h2>{t('login.second')}</h2>
      {key && (
        <>
          <span className="muted">{t('login.or_key')}</span>
          <Button size="sm" autoFocus leftSection={<IconKey size={16} aria-hidden />} onClick={() => void withKey(key)}>
            {t('login.use_key')}
          </Button>
        </>
      )}
      {typed && (
        <TextInput
          size="sm"
          label={t('login.code')}
          description={t('login.second_hint')}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={!key}
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
      )}
      {error !== null && <ProblemNote error={error} />}
      {typed && (
        <Button type="submit" size="sm" variant={key ? 'default' : 'filled'} loading={busy}>
          {t('login.enter')}
        </Button>
      )}
      <Button variant="subtle" size="sm" onClick={() => onOver(null)}>
        {t('login.another')}
      </Button>
    </form>
  )
}
