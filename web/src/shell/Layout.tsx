import { ActionIcon, Drawer } from '@mantine/core'
import {
  IconKeyboard,
  IconLogout,
  IconMenu2,
  IconPhoneFilled,
  IconPlugConnectedX,
  IconSearch,
  IconShieldLock,
} from '@tabler/icons-react'
import { Navigate, Outlet, useLocation } from '@tanstack/react-router'
import { Suspense, useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { onLostLogin } from '../api/client'
import { live, useConnected } from '../api/live'
import { listenForChanges, queryClient, useMe } from '../api/query'
import type { Me } from '../api/types'
import { word } from '../i18n'
import { logOut, MeProvider } from '../nouns/me/myself'
import { paths } from '../paths'
import { PhoneBar } from '../phone/PhoneBar'
import { RingCard } from '../phone/RingCard'
import { PhoneProvider, usePhone } from '../phone/usePhone'
import { Confirm } from '../ui/Confirm'
import { DraftOwner, drop, type Listed, listed } from '../ui/drafts'
import { LeaveDrafts } from './LeaveDrafts'
import { handleKey, keepEarly, takeEarly, useKeys } from '../ui/keys'
import { Link, useGo } from '../ui/Link'
import { ProblemNote, Waiting } from '../ui/Wait'
import { asProblem } from '../api/problem'
import { canSee } from './can'
import { CommandPalette } from './CommandPalette'
import { KeyHelp } from './KeyHelp'
import css from './Layout.module.css'
import { Nav, PLACES } from './Nav'
import { LanguageSwitch, SchemeSwitch } from '../ui/Preferences'

/** Everything behind the log-in. */
export function Layout() {
  const me = useMe()
  const go = useGo()
  const here = useLocation({ select: (location) => location.href })
  const lost = me.isError && asProblem(me.error).status === 401
  const toLogin = useEffectEvent(() => go(paths.login(here === '/' ? undefined : here), { replace: true }))
  useEffect(() => {
    // Once for each loss: on a slow machine this page is still mounted after the redirect and must not repeat it.
    if (lost) toLogin()
  }, [lost])
  if (me.data) return <Inside me={me.data} />
  if (me.isError && !lost)
    return (
      <div style={{ padding: 24 }}>
        <ProblemNote error={me.error} retry={() => void me.refetch()} />
      </div>
    )
  return <Waiting lines={8} />
}

function Inside({ me }: { me: Me }) {
  const due = me.second_factor_due
  useEffect(() => {
    if (due) return
    live.start()
    return () => live.stop()
  }, [due])
  useEffect(listenForChanges, [])
  useEffect(() => {
    onLostLogin(() => void queryClient.resetQueries({ queryKey: ['me'] }))
    return () => onLostLogin(() => {})
  }, [])
  useEffect(() => {
    window.addEventListener('keydown', handleKey, true)
    return () => window.removeEventListener('keydown', handleKey, true)
  }, [])
  return (
    <MeProvider me={me}>
      <DraftOwner value={me.id}>
        <PhoneProvider me={me}>
          <Frame me={me} />
        </PhoneProvider>
      </DraftOwner>
    </MeProvider>
  )
}

function Frame({ me }: { me: Me }) {
  const { t } = useTranslation()
  const [menu, setMenu] = useState(false)
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  const main = useRef<HTMLElement>(null)
  const here = useLocation({ select: (location) => location.pathname })
  const openPalette = () => {
    if (!palette) keepEarly()
    setPalette(true)
  }
  const closePalette = useCallback(() => {
    takeEarly()
    setPalette(false)
  }, [])
  useShellKeys(me, openPalette)
  useQuestionMark(() => setHelp(true))
  useCardOnAnswer(me)
  const tools = {
    me,
    openPalette: () => {
      setMenu(false)
      openPalette()
    },
    openHelp: () => {
      setMenu(false)
      setHelp(true)
    },
  }
  return (
    <div className={css.frame}>
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {t('shell.skip')}
      </a>
      <aside className={css.side} aria-label={t('shell.side')}>
        <Logo />
        <SearchButton onClick={tools.openPalette} />
        <Nav me={me} />
        <Foot {...tools} />
      </aside>
      <div className={css.main}>
        <header className={css.mobile} aria-label={t('shell.menu')}>
          <ActionIcon aria-label={t('shell.menu')} onClick={() => setMenu(true)} size="lg">
            <IconMenu2 size={22} aria-hidden />
          </ActionIcon>
          <Logo />
          <span className="grow" />
          <ActionIcon aria-label={t('palette.open')} onClick={tools.openPalette} size="lg">
            <IconSearch size={20} aria-hidden />
          </ActionIcon>
        </header>
        <PhoneBar />
        {me.second_factor_due ? null : <StaleBanner />}
        <FactorBanner me={me} />
        <main id="main" ref={main} tabIndex={-1} className={css.content}>
          <Suspense fallback={<Waiting lines={10} />}>
            {me.second_factor_due && here !== paths.profile() ? <Navigate to={paths.profile()} replace /> : <Outlet />}
          </Suspense>
        </main>
      </div>
      <Drawer
        opened={menu}
        onClose={() => setMenu(false)}
        title="Linedesk"
        size={280}
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        <Nav me={me} onGo={() => setMenu(false)} />
        <Foot {...tools} onGo={() => setMenu(false)} />
      </Drawer>
      <RingCard />
      <CommandPalette me={me} opened={palette} onClose={closePalette} />
      <KeyHelp opened={help} onClose={() => setHelp(false)} />
    </div>
  )
}

function Logo() {
  return (
    <Link to="/" plain className={css.logo}>
      <IconPhoneFilled size={20} color="var(--ld-accent)" aria-hidden />
      <span>Linedesk</span>
    </Link>
  )
}

function SearchButton({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation()
  return (
    <button type="button" className={css.search} onClick={onClick}>
      <IconSearch size={16} aria-hidden />
      <span>{t('palette.open')}</span>
      <kbd style={{ font: 'inherit', fontSize: '0.75rem' }}>Ctrl K</kbd>
    </button>
  )
}

function Foot({ me, openHelp, onGo }: { me: Me; openHelp: () => void; onGo?: () => void }) {
  const { t } = useTranslation()
  const use = usePhone()
  const [asking, setAsking] = useState(false)
  const [drafts, setDrafts] = useState<Listed[] | null>(null)
  const asked = () => {
    setAsking(false)
    const unsent = listed(localStorage, me.id)
    if (unsent.length > 0) setDrafts(unsent)
    else void leave(use)
  }
  const onCall = use !== null && use.phone.talk.at !== 'idle'
  return (
    <div className={css.foot}>
      <div className={css.me}>
        <Link to={paths.profile()} plain className="cut strong" title={t('profile.title')} onClick={onGo}>
          {me.name}
        </Link>
        <div className="muted small">
          {word(t, 'role', me.role)}
          {me.extension ? ` · ${t('shell.extension', { number: me.extension })}` : ''}
        </div>
      </div>
      <div className="row between">
        <LanguageSwitch />
        <div className="row" style={{ gap: 0 }}>
          <ActionIcon aria-label={t('keys.open')} title={`${t('keys.open')} (?)`} onClick={openHelp}>
            <IconKeyboard size={18} aria-hidden />
          </ActionIcon>
          <SchemeSwitch />
          <ActionIcon
            aria-label={t('shell.log_out')}
            title={t('shell.log_out')}
            onClick={() => (onCall ? setAsking(true) : asked())}
          >
            <IconLogout size={18} aria-hidden />
          </ActionIcon>
        </div>
      </div>
      <Confirm
        opened={asking}
        danger
        title={t('shell.log_out_in_call')}
        action={t('shell.log_out_and_end')}
        onNo={() => setAsking(false)}
        onYes={asked}
      >
        {t('shell.log_out_in_call_why')}
      </Confirm>
      {drafts && (
        <LeaveDrafts
          list={drafts}
          onStay={() => setDrafts(null)}
          onKeep={() => void leave(use)}
          onDrop={() => {
            for (const { key } of drafts) drop(localStorage, me.id, key)
            void leave(use)
          }}
        />
      )}
    </div>
  )
}

/** Sets the agent away first, so that no call is offered to a logged-out desk. */
async function leave(use: ReturnType<typeof usePhone>): Promise<void> {
  if (use !== null && use.row !== null && use.row.state !== 'away') await use.away()
  await logOut()
}

/** The role must have a second factor: by when, or that nothing else is possible now. */
function FactorBanner({ me }: { me: Me }) {
  const { t, i18n } = useTranslation()
  const here = useLocation({ select: (location) => location.pathname })
  if (!me.second_factor_due_at) return null
  const date = new Date(me.second_factor_due_at).toLocaleDateString(i18n.language, { day: 'numeric', month: 'long' })
  return (
    <div className={css.told} role="status">
      <IconShieldLock size={18} aria-hidden />
      <span>{me.second_factor_due ? t('second.due') : t('second.due_at', { date })}</span>
      {here !== paths.profile() && <Link to={paths.profile()}>{t('second.set_up')}</Link>}
    </div>
  )
}

function StaleBanner() {
  const { t } = useTranslation()
  const connected = useConnected()
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (connected) return
    const timer = setTimeout(() => setLate(true), 1500)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [connected])
  if (connected || !late) return null
  return (
    <div className={css.stale} role="status">
      <IconPlugConnectedX size={18} aria-hidden />
      {t('shell.stale')}
    </div>
  )
}

/** The answer opens the desk with the caller's card, from any page; a ring moves nobody. */
function useCardOnAnswer(me: Me): void {
  const go = useGo()
  const use = usePhone()
  const [stage, call] = [use?.stage ?? 'none', use?.call ?? null]
  const rang = useRef<string | null>(null)
  const show = useEffectEvent((answered: string) => {
    if (canSee(me, 'desk')) go(paths.desk(answered))
  })
  useEffect(() => {
    if (stage === 'ringing') rang.current = call
    else if (call === null || call !== rang.current) rang.current = null
    else if (stage === 'answering' || stage === 'talking') {
      rang.current = null
      show(call)
    }
  }, [stage, call])
}

function useShellKeys(me: Me, openPalette: () => void): void {
  const { t } = useTranslation()
  const go = useGo()
  useKeys([
    { keys: ['ctrl+KeyK'], label: t('palette.open'), group: t('keys.everywhere'), run: openPalette },
    ...PLACES.filter(({ place }) => canSee(me, place)).map(({ place, path }, index) => ({
      keys: [`ctrl+alt+Digit${index + 1}`],
      label: t('keys.go_to', { page: t(`place.${place}`) }),
      group: t('keys.pages'),
      run: () => go(path),
    })),
  ])
}

/** By the character, not the key: `?` is on different keys in the two layouts. */
function useQuestionMark(open: () => void): void {
  const asked = useEffectEvent(open)
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (event.key !== '?' || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable) return
      asked()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
