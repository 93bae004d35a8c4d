import { Button, PasswordInput, TextInput } from '@mantine/core'
import { IconPhoneFilled } from '@tabler/icons-react'
import { useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import { queryClient, useAbout } from '../api/query'
import type { Challenge, Me } from '../api/types'
import { paths } from '../paths'
import { Link, useGo } from '../ui/Link'
import { usePageTitle } from '../ui/PageFrame'
import { ProblemNote } from '../ui/Wait'
import css from './Login.module.css'
import { LanguageSwitch, SchemeSwitch } from '../ui/Preferences'
import { SecondStep } from './SecondStep'

const DEMO = ['dispatcher1', 'dispatcher2', 'supervisor', 'admin', 'technician1'] as const

export function Login() {
  const { t } = useTranslation()
  usePageTitle(t('login.title'))
  const go = useGo()
  const about = useAbout().data
  const back = (useSearch({ strict: false }) as { back?: string }).back
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [asked, setAsked] = useState<Challenge | null>(null)
  const begin = (me: Me) => {
    queryClient.clear()
    queryClient.setQueryData(['me'], me)
    // Only our own pages: a crafted link must not redirect to another site after the log-in.
    go(back?.startsWith('/') && !back.startsWith('//') ? back : '/', { replace: true })
  }
  const enter = async (name: string, secret: string) => {
    setBusy(true)
    setError(null)
    try {
      const answer = await api.post('/login', { body: { login: name, password: secret } })
      if ('challenge' in answer) {
        setAsked(answer)
        setBusy(false)
      } else begin(answer)
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  const startAgain = (why: unknown) => {
    setAsked(null)
    setPassword('')
    setError(why)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void enter(login.trim(), password)
  }
  return (
    <main className={css.page}>
      <div className={css.top}>
        <LanguageSwitch />
        <SchemeSwitch />
      </div>
      <div className={`paper ${css.form}`}>
        <div className="row">
          <IconPhoneFilled size={26} color="var(--ld-accent)" aria-hidden />
          <h1>Linedesk</h1>
        </div>
        <p className="muted" style={{ margin: 0 }}>
          {t('login.about')}
        </p>
        {asked === null ? (
          <form className="stack" style={{ gap: 14 }} onSubmit={submit}>
            <TextInput
              size="sm"
              label={t('login.login')}
              autoComplete="username"
              autoFocus
              required
              value={login}
              onChange={(event) => setLogin(event.currentTarget.value)}
            />
            <PasswordInput
              size="sm"
              label={t('login.password')}
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': t('login.show_password') }}
            />
            {error !== null && <ProblemNote error={error} />}
            <Button type="submit" size="sm" loading={busy}>
              {t('login.enter')}
            </Button>
          </form>
        ) : (
          <SecondStep asked={asked} onDone={begin} onOver={startAgain} />
        )}
        {asked === null && about?.demo && (
          <div className="stack tight">
            <span className="muted small">{t('login.demo')}</span>
            <div className="row wrap">
              {DEMO.map((name) => (
                <Button key={name} variant="default" size="compact-sm" onClick={() => void enter(name, 'demo')}>
                  {name}
                </Button>
              ))}
            </div>
          </div>
        )}
        <Link to={paths.caller()}>{t('login.call_us')}</Link>
      </div>
      {about && (
        <p className="muted small num">
          {about.name} {about.version}
        </p>
      )}
    </main>
  )
}
