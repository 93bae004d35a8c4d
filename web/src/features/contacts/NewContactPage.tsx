import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import { paths } from '../../paths'
import { useDraft } from '../../ui/drafts'
import { useGo } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { useKeys } from '../../ui/keys'
import { toFirstFault } from '../../ui/toFirstFault'
import { toast } from '../../ui/toast'
import { useUrl } from '../../ui/url'
import { ProblemNote } from '../../ui/Wait'
import { completeContact, ContactFieldset, type ContactValues, nobody, toContact } from './ContactForm'

export function NewContactPage() {
  const { t } = useTranslation()
  const go = useGo()
  const [url] = useUrl()
  const draft = useDraft<{ id: string; values: ContactValues }>(`contact.new.${url.phone ?? ''}`, () => ({
    id: crypto.randomUUID(),
    values: url.phone ? { ...nobody, phones: [{ value: url.phone, label: '', shared: false }] } : nobody,
  }))
  const [complain, setComplain] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    setComplain(true)
    if (busy) return
    if (!completeContact(draft.value.values)) return toFirstFault()
    setBusy(true)
    setError(null)
    try {
      const contact = await api.post('/contacts', { body: { id: draft.value.id, ...toContact(draft.value.values) } })
      draft.clear()
      freshen('contacts')
      toast.done(t('contact.saved'))
      // From a call: back to it, the card now knows the person.
      go(url.call ? paths.desk(url.call) : paths.contact(contact.id))
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  useKeys([{ keys: ['alt+KeyS', 'ctrl+Enter'], label: t('do.save'), run: () => void save() }])
  return (
    <PageFrame title={t('contact.add')}>
      <div className="paper pad stack" style={{ gap: 14, maxWidth: 720 }}>
        {draft.restored && (
          <span className="muted small" role="status">
            {t('desk.restored')}
          </span>
        )}
        <ContactFieldset
          values={draft.value.values}
          set={(changes) => draft.set((old) => ({ ...old, values: { ...old.values, ...changes } }))}
          complain={complain}
        />
        {error !== null && <ProblemNote error={error} />}
        <div>
          <Button size="sm" loading={busy} onClick={() => void save()}>
            {t('do.save')}
            <span className="key-hint">Alt S</span>
          </Button>
        </div>
      </div>
    </PageFrame>
  )
}
