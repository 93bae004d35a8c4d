import { Button, CopyButton, Modal } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useMyself } from '../../nouns/me/myself'
import css from './FreshCodes.module.css'

/** Recovery codes, which nobody can see again. Printed, the page holds nothing but them. */
export function FreshCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation()
  const me = useMyself()
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={t('second.codes')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
      className={css.sheet}
    >
      <div className="stack" style={{ gap: 12 }}>
        <p style={{ margin: 0 }}>{t('second.codes_why')}</p>
        <p className={css.whose}>
          Linedesk · {location.host} · {me.login}
        </p>
        <ol className={css.codes} aria-label={t('second.codes')}>
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ol>
        <div className={`row ${css.buttons}`} style={{ justifyContent: 'flex-end' }}>
          <CopyButton value={codes.join('\n')}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? t('profile.copied') : t('profile.copy')}
              </Button>
            )}
          </CopyButton>
          <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
            {t('second.print')}
          </Button>
          <Button data-autofocus onClick={onClose}>
            {t('second.done')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
