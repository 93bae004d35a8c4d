import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import type { Challenge, Me } from '../api/types'
import { ProblemNote } from '../ui/Wait'
import { asProblem } from '../api/problem'

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
  const answer = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      onDone(await api.post('/login/second-factor', { body: { challenge: asked.challenge, code } }))
    } catch (failed) {
      if (asProblem(failed).slug === 'challenge-over') onOver(failed)
      else setError(failed)
      setCode('')
      setBusy(false)
    }
  }
  return (
    <form className="stack" style={{ gap: 14 }} onSubmit={(event) => void answer(event)}>
      <h2>{t('login.second')}</h2>
      <TextInput
        size="sm"
        label={t('login.code')}
        description={t('login.second_hint')}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {error !== null && <ProblemNote error={error} />}
      <Button type="submit" size="sm" loading={busy}>
        {t('login.enter')}
      </Button>
      <Button variant="subtle" size="sm" onClick={() => onOver(null)}>
        {t('login.another')}
      </Button>
    </form>
  )
}
