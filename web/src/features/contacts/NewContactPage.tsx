import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import { paths } from '../../paths'
import { DraftNote } from '../../ui/DraftNote'
import { Refused } from '../../ui/EditDialog'
import { useKeys } from '../../ui/keys'
import { useGo } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { toast } from '../../ui/toast'
import { useUrl } from '../../ui/url'
import { useEdit } from '../../ui/useEdit'
import { contactFaults, ContactFieldset, type ContactValues, nobody, toContact } from './ContactForm'

export function NewContactPage() {
  const { t } = useTranslation()
  const go = useGo()
  const [url] = useUrl()
  const edit = useEdit<ContactValues & { id: string }>({
    draft: `edit.contact.new.${url.phone ?? ''}`,
    initial: () => ({
      ...nobody,
      phones: [{ value: url.phone ?? '', label: '', shared: false }],
      id: crypto.randomUUID(),
    }),
    faults: (values, tried) => contactFaults(t, values, tried),
    save: async (values) => {
      const contact = await api.post('/contacts', { body: { id: values.id, ...toContact(values) } })
      freshen('contacts')
      toast.done(t('contact.saved'))
      // From a call: back to it, the card now knows the person.
      go(url.call ? paths.desk(url.call) : paths.contact(contact.id))
    },
  })
  useKeys([{ keys: ['alt+KeyS', 'ctrl+Enter'], label: t('do.save'), run: edit.submit }])
  return (
    <PageFrame title={t('contact.add')}>
      <div className="paper pad stack" style={{ gap: 14, maxWidth: 720 }}>
        {edit.restored && <DraftNote onDiscard={edit.discard} />}
        <ContactFieldset form={edit.form} />
        <Refused edit={edit} />
        <div>
          <Button size="sm" loading={edit.busy} onClick={edit.submit}>
            {t('do.save')}
            <span className="key-hint">Alt S</span>
          </Button>
        </div>
      </div>
    </PageFrame>
  )
}
