import { Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type KeyAction, readable, useKeyList } from '../ui/keys'
import { Keys } from '../ui/Small'

/** What every key does right now, on this page. */
export function KeyHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const list = useKeyList()
  const groups = new Map<string, KeyAction[]>()
  for (const action of list) {
    const group = action.group ?? t('keys.this_page')
    groups.set(group, [...(groups.get(group) ?? []), action])
  }
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('keys.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(260px, 1fr))', gap: 20 }}>
        {[...groups].map(([group, actions]) => (
          <section key={group}>
            <h3 style={{ marginBottom: 6 }}>{group}</h3>
            {actions.map((action) => (
              <div
                key={action.label + action.keys.join()}
                className="row between"
                style={{ padding: '3px 0', opacity: action.enabled === false ? 0.62 : 1 }}
              >
                <span>{action.label}</span>
                <span className="row" style={{ gap: 4 }}>
                  {action.keys.map((keys) => (
                    <Keys key={keys}>{readable(keys)}</Keys>
                  ))}
                </span>
              </div>
            ))}
          </section>
        ))}
      </div>
      <p className="muted small">{t('keys.layout_note')}</p>
    </Modal>
  )
}
