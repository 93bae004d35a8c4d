import { Button } from '@mantine/core'
import { IconShieldLock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen, queryClient } from '../../api/query'
import type { RecoveryCodes } from '../../api/types'
import { When } from '../../ui/Small'
import { toast } from '../../ui/toast'
import { Loaded } from '../../ui/Wait'
import { ByBoth } from './ByBoth'
import { FreshCodes } from './FreshCodes'
import { SetUpTotp } from './SetUpTotp'

const PATH = '/second-factor'

function changed(): void {
  freshen('second-factor')
  freshen('logins')
  void queryClient.invalidateQueries({ queryKey: ['me'] })
}

/** What I prove besides the password. `doing`: the dialog that is open. */
export function SecondFactorSection({ doing, set }: { doing: string | null; set: (doing: string | null) => void }) {
  const { t } = useTranslation()
  const [codes, setCodes] = useState<string[] | null>(null)
  const state = useQuery({ queryKey: ['second-factor'], queryFn: () => api.get(PATH) })
  const close = () => set(null)
  const made = (fresh: RecoveryCodes) => {
    setCodes(fresh.codes)
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
        {({ totp_since, recovery_codes_left, required }) =>
          totp_since ? (
            <div className="row wrap">
              <IconShieldLock size={18} aria-hidden />
              <span>
                {t('second.on')}, <When at={totp_since} />
              </span>
              <span>{t('second.codes_left', { count: recovery_codes_left })}</span>
              <span className="grow" />
              <Button variant="default" onClick={() => set('codes')}>
                {t('second.new_codes')}
              </Button>
              <Button variant="default" color="red" onClick={() => set('remove-factor')}>
                {t('second.remove')}
              </Button>
            </div>
          ) : (
            <div className="row wrap">
              <span>{t(required ? 'second.off_required' : 'second.off')}</span>
              <span className="grow" />
              <Button
                variant={required ? 'filled' : 'default'}
                leftSection={<IconShieldLock size={16} aria-hidden />}
                onClick={() => set('factor')}
              >
                {t('second.set_up')}
              </Button>
            </div>
          )
        }
      </Loaded>
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
