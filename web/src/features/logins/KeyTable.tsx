import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { SecurityKey } from '../../api/types'
import { ScrollX } from '../../ui/ScrollX'
import { When } from '../../ui/Small'

export function KeyTable({ keys, onRemove }: { keys: SecurityKey[]; onRemove: (key: SecurityKey) => void }) {
  const { t } = useTranslation()
  return (
    <ScrollX>
      <table className="data cards" aria-label={t('second.keys')}>
        <thead>
          <tr>
            <th>{t('second.key_name')}</th>
            <th>{t('second.key_added_at')}</th>
            <th>{t('second.key_used')}</th>
            <th>{t('profile.action')}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <td>{key.name}</td>
              <td>
                <When at={key.created_at} />
              </td>
              <td>{key.used_at ? <When at={key.used_at} /> : '—'}</td>
              <td>
                <Button variant="default" size="compact-sm" onClick={() => onRemove(key)}>
                  {t('second.remove_short')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  )
}
