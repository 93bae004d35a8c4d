import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { queryClient } from '../../api/query'
import type { Person, Token } from '../../api/types'
import { LoginTable } from '../../nouns/logins/LoginTable'
import { TokenTable } from '../../nouns/logins/TokenTable'
import { word } from '../../i18n'
import { useMyself } from '../../nouns/me/myself'
import { Confirm } from '../../ui/Confirm'
import { toast } from '../../ui/toast'
import { Loaded } from '../../ui/Wait'

/** Where a person is logged in and how, and what programs do in their name; the administrator ends it. */
export function PersonAccess({ person }: { person: Person }) {
  const { t } = useTranslation()
  const path = { id: person.id }
  const me = useMyself()
  const [resetting, setResetting] = useState(false)
  const key = ['people', person.id, 'access']
  const access = useQuery({
    queryKey: key,
    queryFn: async () => {
      const [logins, tokens, second] = await Promise.all([
        api.get('/people/{id}/logins', { params: { path } }),
        api.get('/people/{id}/tokens', { params: { path } }),
        api.get('/people/{id}/second-factor', { params: { path } }),
      ])
      const factors = [...(second.totp_since ? ['totp'] : []), ...(second.keys.length > 0 ? ['key'] : [])]
      return { logins: logins.items, tokens: tokens.items, factors }
    },
  })
  const done = async (what: Promise<unknown>, said: string) => {
    try {
      await what
      toast.done(said)
    } catch (failed) {
      toast.failed(failed)
    }
    void queryClient.invalidateQueries({ queryKey: key })
  }
  const revoke = ({ id, name }: Token) =>
    done(
      api.delete('/people/{id}/tokens/{token}', { params: { path: { ...path, token: id } } }),
      t('profile.revoked', { name }),
    )
  const logOut = () => done(api.delete('/people/{id}/logins', { params: { path } }), t('person.logged_out'))
  const reset = () => {
    setResetting(false)
    return done(api.delete('/people/{id}/second-factor', { params: { path } }), t('second.was_reset'))
  }
  return (
    <Loaded query={access}>
      {({ logins, tokens, factors }) => (
        <div className="stack" style={{ gap: 12 }}>
          <div className="row between">
            <b>{t('person.logged_in', { count: logins.length })}</b>
            <Button variant="default" size="compact-sm" disabled={logins.length === 0} onClick={() => void logOut()}>
              {t('profile.log_out_everywhere')}
            </Button>
          </div>
          {logins.length > 0 && <LoginTable items={logins} />}
          <div className="row between">
            <span>
              <b>{t('second.title')}:</b>{' '}
              {factors.map((factor) => word(t, 'factor', factor)).join(', ') || t('factor.none')}
            </span>
            {factors.length > 0 && person.id !== me.id && (
              <Button variant="default" size="compact-sm" onClick={() => setResetting(true)}>
                {t('second.reset')}
              </Button>
            )}
          </div>
          <Confirm
            opened={resetting}
            danger
            title={t('second.reset_title', { name: person.name })}
            action={t('second.reset')}
            onNo={() => setResetting(false)}
            onYes={() => void reset()}
          >
            {t('second.reset_why')}
          </Confirm>
          <b>{t('person.tokens', { count: tokens.length })}</b>
          {tokens.length > 0 && <TokenTable items={tokens} onRevoke={revoke} />}
        </div>
      )}
    </Loaded>
  )
}
