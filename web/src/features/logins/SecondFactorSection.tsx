import { Button } from '@mantine/core'
import { IconKey, IconListNumbers, IconShieldLock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen, queryClient } from '../../api/query'
import { keysSupported } from '../../api/securityKey'
import type { RecoveryCodes, SecurityKey } from '../../api/types'
import { When } from '../../ui/Small'
import { toast } from '../../ui/toast'
import { Loaded } from '../../ui/Wait'
import { AddKey } from './AddKey'
import { ByBoth } from './ByBoth'
import { FreshCodes } from './FreshCodes'
import { KeyTable } from './KeyTable'
import { SetUpTotp } from './SetUpTotp'

const PATH = '/second-factor'

function changed(): void {
  freshen('second-factor')
  freshen('logins')
  void queryClient.invalidateQueries({ queryKey: ['me'] })
}

function noKeys(t: TFunction, possible: boolean, count: number): string {
  if (!possible) return t('second.keys_need_host')
  if (!keysSupported()) return t('second.keys_need_browser')
  return t(count === 0 ? 'second.no_keys' : 'second.keys')
}

/** What I prove besides the password. `doing`: the dialog that is open. */
export function SecondFactorSection({ doing, set }: { doing: string | null; set: (doing: string | null) => void }) {
  const { t } = useTranslation()
  const [codes, setCodes] = useState<string[] | null>(null)
  const state = useQuery({ queryKey: ['second-factor'], queryFn: () => api.get(PATH) })
  const close = () => set(null)
  const [leaving, setLeaving] = useState<SecurityKey | null>(null)
  const made = (fresh: RecoveryCodes) => {
    // Whoever had a factor before goes on with the codes until now.
    if (fresh.codes.length > 0) setCodes(fresh.codes)
    close()
    changed()
  }
  return (
    <section className="stack" aria-labelledby="second-factor">
      <h2 id="second-factor">{t('second.title')}</h2>
      <p className="muted" style={{ margin: 0 }}>
        {t('second.hint')}
      </p>
      <Loaded query={state}>
        {({ totp_since, recovery_codes_left, required, keys, keys_possible }) => {
          const none = !totp_since && keys.length === 0
          return (
            <>
              {none && <b>{t(required ? 'second.off_required' : 'second.off')}</b>}
              <div className="row wrap">
                <IconShieldLock size={18} aria-hidden />
                <span>
                  {totp_since ? (
                    <>
                      {t('second.on')}, <When at={totp_since} />
                    </>
                  ) : (
                    t('second.app')
                  )}
                </span>
                <span className="grow" />
                {totp_since ? (
                  <Button variant="default" onClick={() => set('remove-factor')}>
                    {t('second.remove')}
                  </Button>
                ) : (
                  <Button variant={none && required ? 'filled' : 'default'} onClick={() => set('factor')}>
                    {t('second.set_up')}
                  </Button>
                )}
              </div>
              <div className="row wrap">
                <IconKey size={18} aria-hidden />
                <span>{noKeys(t, keys_possible, keys.length)}</span>
                <span className="grow" />
                {keys_possible && keysSupported() && (
                  <Button variant="default" onClick={() => set('key')}>
                    {t('second.add_key')}
                  </Button>
                )}
              </div>
              {keys.length > 0 && <KeyTable keys={keys} onRemove={setLeaving} />}
              {!none && (
                <div className="row wrap">
                  <IconListNumbers size={18} aria-hidden />
                  <span>{t('second.codes_left', { count: recovery_codes_left })}</span>
                  <span className="grow" />
                  <Button variant="default" onClick={() => set('codes')}>
                    {t('second.new_codes')}
                  </Button>
                </div>
              )}
            </>
          )
        }}
      </Loaded>
      {doing === 'key' && <AddKey onMade={made} onClose={close} />}
      {leaving && (
        <ByBoth
          title={t('second.remove_key', { name: leaving.name })}
          why={t('second.remove_key_why')}
          action={async (body) => {
            await api.post('/second-factor/keys/{id}/removal', { params: { path: { id: leaving.id } }, body })
            toast.done(t('second.key_removed'))
            setLeaving(null)
            changed()
          }}
          onClose={() => setLeaving(null)}
        />
      )}
      {doing === 'factor' && <SetUpTotp onMade={made} onClose={close} />}
      {doing === 'codes' && (
        <ByBoth
          title={t('second.new_codes')}
          why={t('second.new_codes_why')}
          action={async (body) => made(await api.post('/second-factor/recovery-codes', { body }))}
          onClose={close}
        />
      )}
      {doing === 'remove-factor' && (
        <ByBoth
          title={t('second.remove')}
          why={t('second.remove_why')}
          action={async (body) => {
            await api.post('/second-factor/totp/removal', { body })
            toast.done(t('second.removed'))
            close()
            changed()
          }}
          onClose={close}
        />
      )}
      {codes !== null && <FreshCodes codes={codes} onClose={() => setCodes(null)} />}
    </section>
  )
}
