import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { DraftNote } from './DraftNote'
import { useKeys } from './keys'
import type { Edit } from './useEdit'
import { ProblemNote } from './Wait'

/** One thing edited in a dialog: fields, Save (Enter, Alt S), Cancel. What was typed stays when it is closed unsaved. */
export function EditDialog<V extends object>({
  edit,
  title,
  size,
  action,
  note,
  children,
  onClose,
}: {
  edit: Edit<V>
  title: string
  size?: string
  /** What saving is called here. */
  action?: string
  /** Between the fields and the buttons. */
  note?: ReactNode
  children: ReactNode
  onClose: () => void
}) {
  const { t } = useTranslation()
  useKeys([{ keys: ['alt+KeyS', 'ctrl+Enter'], label: t('do.save'), run: edit.submit }])
  return (
    <Modal opened onClose={onClose} size={size} title={title} closeButtonProps={{ 'aria-label': t('do.close') }}>
      <form
        className="stack"
        style={{ gap: 12 }}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          edit.submit()
        }}
      >
        {edit.restored && <DraftNote onDiscard={edit.discard} />}
        {children}
        {note}
        <Refused edit={edit} />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('do.cancel')}
          </Button>
          <Button type="submit" loading={edit.busy}>
            {action ?? t('do.save')}
            <span className="key-hint">Alt S</span>
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Why the last save was refused, as far as no field says it. */
export function Refused<V extends object>({ edit: { refused } }: { edit: Edit<V> }) {
  const { t } = useTranslation()
  if (refused === null) return null
  if (refused.slug !== 'stale') return <ProblemNote error={refused} />
  return (
    <div className="paper pad" role="alert">
      <b>{t('conflict.title')}</b>
      <div>{t('conflict.save_again')}</div>
    </div>
  )
}
