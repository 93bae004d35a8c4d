import { Button, Modal } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconMinus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { word } from '../i18n'
import { LevelMeter } from './PhoneSettings'
import type { PhoneUse } from './usePhone'

/** Why "Ready" was refused, point by point, and what to do. */
export function PreflightDialog({ use }: { use: PhoneUse }) {
  const { t } = useTranslation()
  const findings = use.findings
  const onlyBell = findings?.every((finding) => finding.verdict === 'ok' || finding.check === 'notifications') ?? false
  return (
    <Modal
      opened={findings !== null}
      onClose={use.clearFindings}
      title={t('preflight.title')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <div className="stack" style={{ gap: 14 }}>
        <ul style={{ listStyle: 'none', margin: 0, padding: 0 }} className="stack">
          {findings?.map((finding) => (
            <li key={finding.check} className="row" style={{ alignItems: 'flex-start' }}>
              {finding.verdict === 'ok' && (
                <IconCheck size={18} color="var(--ld-accent)" aria-label={t('preflight.ok')} />
              )}
              {finding.verdict === 'failed' && (
                <IconAlertTriangle size={18} color="var(--ld-breach)" aria-label={t('preflight.failed')} />
              )}
              {finding.verdict === 'waiting' && <IconMinus size={18} aria-label={t('preflight.not_checked')} />}
              <div>
                <div className={finding.verdict === 'failed' ? 'strong' : ''}>
                  {t(`preflight.check.${finding.check}`)}
                </div>
                {finding.why && <div className="muted">{word(t, 'preflight.why', finding.why)}</div>}
              </div>
            </li>
          ))}
        </ul>
        {findings?.some((finding) => finding.check === 'level' && finding.verdict === 'failed') && <LevelMeter />}
        <div className="row wrap" style={{ justifyContent: 'flex-end' }}>
          {onlyBell && (
            <Button variant="default" onClick={() => void use.ready(true)}>
              {t('preflight.without_notifications')}
            </Button>
          )}
          <Button loading={use.changing} onClick={() => void use.ready()} data-autofocus>
            {t('preflight.again')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
