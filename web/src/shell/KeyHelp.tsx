import { Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type KeyDeed, readable, useKeyList } from '../ui/keys'
import { Keys } from '../ui/Small'

/** What every key does right now, on this page. */
export function KeyHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const list = useKeyList()
  const groups = new Map<string, KeyDeed[]>()
  for (const deed of list) {
    const group = deed.group ?? t('keys.this_page')
    groups.set(group, [...(groups.get(group) ?? []), deed])
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
        {[...groups].map(([group, deeds]) => (
          <section key={group}>
            <h3 style={{ marginBottom: 6 }}>{group}</h3>
            {deeds.map((deed) => (
              <div
                key={deed.label + deed.keys.join()}
                className="row between"
                style={{ padding: '3px 0', opacity: deed.enabled === false ? 0.62 : 1 }}
              >
                <span>{deed.label}</span>
                <span className="row" style={{ gap: 4 }}>
                  {deed.keys.map((keys) => (
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
