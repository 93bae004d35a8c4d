import { Badge, Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { OpenLogin } from '../../api/types'
import { word } from '../../i18n'
import { ScrollX } from '../../ui/ScrollX'
import { When } from '../../ui/Small'

/** Log-ins that hold: when and from where, and which of them is this one. */
export function LoginTable({ items, onEnd }: { items: OpenLogin[]; onEnd?: (login: OpenLogin) => void }) {
  const { t } = useTranslation()
  return (
    <ScrollX>
      <table className="data cards" aria-label={t('profile.logins')}>
        <thead>
          <tr>
            <th>{t('profile.begun')}</th>
            <th>{t('profile.seen')}</th>
            <th>{t('profile.source')}</th>
            <th>{t('second.title')}</th>
            {onEnd && <th>{t('profile.action')}</th>}
          </tr>
        </thead>
        <tbody>
          {items.map((login) => (
            <tr key={login.id}>
              <td>
                <When at={login.created_at} />
              </td>
              <td>
                <When at={login.seen_at} />
              </td>
              <td className="num" style={{ textAlign: 'left' }}>
                {login.source}
              </td>
              <td>{login.factor ? word(t, 'factor', login.factor) : t('factor.none')}</td>
              {onEnd && (
                <td>
                  {login.current ? (
                    <Badge>{t('profile.current')}</Badge>
                  ) : (
                    <Button variant="default" size="compact-sm" onClick={() => onEnd(login)}>
                      {t('profile.end')}
                    </Button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}
