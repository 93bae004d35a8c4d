import { Button } from '@mantine/core'
import { IconTool } from '@tabler/icons-react'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { queryClient } from '../api/query'
import { usePageTitle } from '../ui/PageFrame'
import { Empty } from '../ui/Wait'

/** An exception in one page replaces only that page: the phone bar, the menu and the drafts stay. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation()
  usePageTitle(t('broken.title'))
  const again = () => {
    // The cause may be cached data: fetched again with the retry.
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'me' })
    reset()
  }
  return (
    <div role="alert">
      <Empty title={t('broken.title')} hint={t('broken.hint')} icon={<IconTool size={36} stroke={1.3} />}>
        <div className="row">
          <Button onClick={again}>{t('wait.retry')}</Button>
          <Button variant="default" onClick={() => location.reload()}>
            {t('broken.reload')}
          </Button>
        </div>
        <details className="muted small">
          <summary>{t('broken.details')}</summary>
          <code>{error instanceof Error ? error.message : String(error)}</code>
        </details>
      </Empty>
    </div>
  )
}
