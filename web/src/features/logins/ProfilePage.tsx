import { Button, CopyButton, Modal, TextInput } from '@mantine/core'
import { IconKey, IconLogout, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { OpenLogin, Token } from '../../api/types'
import { word } from '../../i18n'
import { LoginTable } from '../../nouns/logins/LoginTable'
import { TokenTable } from '../../nouns/logins/TokenTable'
import { leaveEverywhere, useMyself } from '../../nouns/me/myself'
import { Confirm } from '../../ui/Confirm'
import { PageFrame } from '../../ui/PageFrame'
import { toast } from '../../ui/toast'
import { useUrl } from '../../ui/url'
import { Loaded } from '../../ui/Wait'
import { ChangePassword } from './ChangePassword'
import { NewToken } from './NewToken'
import { SecondFactorSection } from './SecondFactorSection'

/** My password and second factor, where I am logged in, and what programs may do in my name. */
export function ProfilePage() {
  const { t } = useTranslation()
  const me = useMyself()
  const [url, set] = useUrl()
  return (
    <PageFrame
      title={t('profile.title')}
      note={`${me.name} · ${me.login} · ${word(t, 'role', me.role)}`}
      actions={
        <Button leftSection={<IconKey size={16} aria-hidden />} onClick={() => set({ edit: 'password' })}>
          {t('profile.change_password')}
        </Button>
      }
    >
      <SecondFactorSection doing={url.edit ?? null} set={(edit) => set({ edit })} />
      <OpenLogins />
      {me.permissions.includes('tokens.own') && (
        <Tokens adding={url.edit === 'token'} add={(open) => set({ edit: open ? 'token' : null })} />
      )}
      {url.edit === 'password' && <ChangePassword onClose={() => set({ edit: null })} />}
    </PageFrame>
  )
}

function OpenLogins() {
  const { t } = useTranslation()
  const [leaving, setLeaving] = useState(false)
  const logins = useQuery({ queryKey: ['logins'], queryFn: () => api.get('/logins') })
  const end = async ({ id }: OpenLogin) => {
    try {
      await api.delete('/logins/{id}', { params: { path: { id } } })
      toast.done(t('profile.ended'))
    } catch (failed) {
      toast.failed(failed)
    }
    freshen('logins')
  }
  return (
    <section className="stack" aria-labelledby="logins">
      <div className="row between">
        <h2 id="logins">{t('profile.logins')}</h2>
        <Button variant="default" leftSection={<IconLogout size={16} aria-hidden />} onClick={() => setLeaving(true)}>
          {t('profile.log_out_everywhere')}
        </Button>
      </div>
      <Loaded query={logins}>{({ items }) => <LoginTable items={items} onEnd={(one) => void end(one)} />}</Loaded>
      <Confirm
        opened={leaving}
        danger
        title={t('profile.log_out_everywhere_title')}
        action={t('profile.log_out_everywhere')}
        onNo={() => setLeaving(false)}
        onYes={() => void leaveEverywhere()}
      >
        {t('profile.log_out_everywhere_why')}
      </Confirm>
    </section>
  )
}

function Tokens({ adding, add }: { adding: boolean; add: (open: boolean) => void }) {
  const { t } = useTranslation()
  const [secret, setSecret] = useState<string | null>(null)
  const tokens = useQuery({ queryKey: ['tokens'], queryFn: () => api.get('/tokens') })
  const revoke = async ({ id, name }: Token) => {
    try {
      await api.delete('/tokens/{id}', { params: { path: { id } } })
      toast.done(t('profile.revoked', { name }))
    } catch (failed) {
      toast.failed(failed)
    }
    freshen('tokens')
  }
  return (
    <section className="stack" aria-labelledby="tokens">
      <div className="row between">
        <h2 id="tokens">{t('profile.tokens')}</h2>
        <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => add(true)}>
          {t('profile.add_token')}
        </Button>
      </div>
      <Loaded query={tokens}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muted">{t('profile.no_tokens')}</p>
          ) : (
            <TokenTable items={items} onRevoke={revoke} />
          )
        }
      </Loaded>
      {adding && (
        <NewToken
          onMade={(made) => {
            setSecret(made)
            add(false)
          }}
          onClose={() => add(false)}
        />
      )}
      {secret !== null && <Fresh secret={secret} onClose={() => setSecret(null)} />}
    </section>
  )
}

/** The token itself, which nobody can see again. */
function Fresh({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={onClose} title={t('profile.token_made')} closeButtonProps={{ 'aria-label': t('do.close') }}>
      <div className="stack" style={{ gap: 12 }}>
        <TextInput readOnly label={t('profile.token')} description={t('profile.token_once')} value={secret} />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button data-autofocus onClick={copy}>
                {copied ? t('profile.copied') : t('profile.copy')}
              </Button>
            )}
          </CopyButton>
        </div>
      </div>
    </Modal>
  )
}
