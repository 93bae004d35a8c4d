import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Token } from '../../api/types'
import { Confirm } from '../../ui/Confirm'
import { ScrollX } from '../../ui/ScrollX'
import { Cut, When } from '../../ui/Small'

/** API tokens; revoking one asks first, as programs stop working. */
export function TokenTable({ items, onRevoke }: { items: Token[]; onRevoke: (token: Token) => Promise<void> }) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState<Token | null>(null)
  return (
    <>
      <ScrollX>
        <table className="data cards" aria-label={t('profile.tokens')}>
          <thead>
            <tr>
              <th>{t('profile.token_name')}</th>
              <th>{t('profile.scopes')}</th>
              <th>{t('profile.used')}</th>
              <th>{t('profile.expires')}</th>
              <th>{t('profile.action')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((token) => (
              <tr key={token.id}>
                <td style={{ maxWidth: 220 }}>
                  <Cut>{token.name}</Cut>
                </td>
                <td className="wide">{token.scopes?.join(', ') ?? t('profile.all_scopes')}</td>
                <td>{token.used_at ? <When at={token.used_at} /> : t('profile.never')}</td>
                <td>{token.expires_at ? <When at={token.expires_at} /> : t('profile.never')}</td>
                <td>
                  <Button variant="default" size="compact-sm" onClick={() => setAsked(token)}>
                    {t('profile.revoke')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      <Confirm
        opened={asked !== null}
        danger
        title={t('profile.revoke_title', { name: asked?.name ?? '' })}
        action={t('profile.revoke')}
        onNo={() => setAsked(null)}
        onYes={() => {
          if (asked !== null) void onRevoke(asked)
          setAsked(null)
        }}
      >
        {t('profile.revoke_why')}
      </Confirm>
    </>
  )
}
