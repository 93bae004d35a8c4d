import { Button, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { word } from '../i18n'
import { excerpt, type Listed } from '../ui/drafts'
import { When } from '../ui/Small'

const EXCERPT = 80

/** What was typed and not saved, before the log-out: kept for this person's next log-in here, or thrown away. */
export function LeaveDrafts({
  list,
  onStay,
  onKeep,
  onDrop,
}: {
  list: Listed[]
  onStay: () => void
  onKeep: () => void
  onDrop: () => void
}) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={onStay} title={t('drafts.title')} closeButtonProps={{ 'aria-label': t('do.close') }}>
      <div className="stack" style={{ gap: 14 }}>
        <span>{t('drafts.why')}</span>
        <ul className="stack tight" style={{ margin: 0, paddingLeft: 18, maxHeight: 240, overflowY: 'auto' }}>
          {list.map(({ key, at, value }) => (
            <li key={key}>
              <b>{word(t, 'drafts.of', kindOf(key))}</b>
              {excerpt(value) && <> · {excerpt(value).slice(0, EXCERPT)}</>}{' '}
              <span className="muted small">
                <When at={at} />
              </span>
            </li>
          ))}
        </ul>
        <div className="row wrap" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onStay} data-autofocus>
            {t('do.cancel')}
          </Button>
          <Button variant="default" onClick={onKeep}>
            {t('drafts.keep')}
          </Button>
          <Button color="red" onClick={onDrop}>
            {t('drafts.drop')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

/** `edit.contact.<id>` → `contact`, `comment.<id>` → `comment`. */
function kindOf(key: string): string {
  const [first = '', second = ''] = key.split('.')
  return first === 'edit' ? second : first
}
