import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** Asks for confirmation, naming the thing. */
export function Confirm({
  opened,
  title,
  children,
  action,
  danger,
  busy,
  disabled,
  onYes,
  onNo,
}: {
  opened: boolean
  title: string
  children?: ReactNode
  action: string
  danger?: boolean
  busy?: boolean
  disabled?: boolean
  onYes: () => void
  onNo: () => void
}) {
  const { t } = useTranslation()
  return (
    <Modal opened={opened} onClose={onNo} title={title} closeButtonProps={{ 'aria-label': t('do.close') }}>
      <div className="stack" style={{ gap: 16 }}>
        {children}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onNo} data-autofocus>
            {t('do.cancel')}
          </Button>
          <Button color={danger ? 'red' : undefined} loading={busy} disabled={disabled} onClick={onYes}>
            {action}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
