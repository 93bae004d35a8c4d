import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** Says that what is shown was typed before, and offers to begin anew. */
export function DraftNote({ onDiscard }: { onDiscard: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="row">
      <span className="muted small" role="status">
        {t('desk.restored')}
      </span>
      <Button variant="subtle" size="compact-xs" onClick={onDiscard}>
        {t('desk.discard')}
      </Button>
    </div>
  )
}
