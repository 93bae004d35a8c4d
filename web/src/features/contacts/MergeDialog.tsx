// Two cards of one client: what is this one's goes to the other.

import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { newerOf } from '../../api/problem'
import { freshen } from '../../api/query'
import type { Contact } from '../../api/types'
import { word } from '../../i18n'
import { ContactPicker } from '../../nouns/contacts/ContactPicker'
import { paths } from '../../paths'
import { phone } from '../../ui/format'
import { useGo } from '../../ui/Link'
import { Fact, When } from '../../ui/Small'
import { toast } from '../../ui/toast'
import { unitName } from '../../ui/unitName'
import { ProblemNote } from '../../ui/Wait'
import css from './MergeDialog.module.css'

export function MergeDialog({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTranslation()
  const go = useGo()
  const [other, setOther] = useState<Contact | null>(null)
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<unknown>(null)
  const from = useFresh(contact)
  const into = useFresh(other)
  const merge = async () => {
    if (!into || !from) return
    setBusy(true)
    try {
      const body = { into: into.id, version: from.version, into_version: into.version }
      await api.post('/contacts/{id}/merge', { params: { path: { id: from.id } }, body })
      toast.done(t('contact.merge.done', { name: into.full_name }))
      onClose()
      go(paths.contact(into.id, { merged: from.id }), { replace: true })
    } catch (failed) {
      setRefused(failed)
      if (newerOf<Contact>(failed) === null) return
    } finally {
      setBusy(false)
      for (const noun of ['contacts', 'tickets', 'calls', 'callbacks']) freshen(noun)
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t('contact.merge.title')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <div className="stack" style={{ gap: 14 }}>
        <ContactPicker
          label={t('contact.merge.into')}
          chosen={other?.full_name ?? ''}
          except={contact.id}
          autoFocus
          onPick={(picked) => {
            setRefused(null)
            setOther(picked)
          }}
          onClear={() => setOther(null)}
        />
        {from && into && (
          <>
            <div className={css.two}>
              <Card title={t('contact.merge.goes')} contact={from} />
              <Card title={t('contact.merge.remains')} contact={into} />
            </div>
            <p style={{ margin: 0 }}>{t('contact.merge.what', { name: into.full_name })}</p>
          </>
        )}
        {refused !== null && <ProblemNote error={refused} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('do.cancel')}
          </Button>
          <Button disabled={!into || into.status !== 'active'} loading={busy} onClick={() => void merge()}>
            {t('contact.merge.do')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

/** As it is now, not as it was when the list was read: its version is sent. */
function useFresh(contact: Contact | null): Contact | null {
  const fresh = useQuery({
    queryKey: ['contacts', contact?.id],
    queryFn: () => api.get('/contacts/{id}', { params: { path: { id: contact?.id ?? '' } } }),
    enabled: contact !== null,
  })
  return contact && (fresh.data ?? contact)
}

function Card({ title, contact }: { title: string; contact: Contact }) {
  const { t } = useTranslation()
  return (
    <section className="paper pad stack" aria-label={title} style={{ gap: 10 }}>
      <span className="muted small">{title}</span>
      <b>{contact.full_name}</b>
      <span className="muted small">
        {word(t, 'contact.kinds', contact.kind)} · <When at={contact.created_at} />
      </span>
      <Fact name={t('contact.phones')}>{contact.phones.map((each) => phone(each.value)).join(', ') || '—'}</Fact>
      <Fact name={t('contact.units')}>
        {contact.units.map((unit) => `${unit.building.name}, ${unitName(t, unit)}`).join('; ') || '—'}
      </Fact>
      <Fact name={t('contact.open_tickets')}>{contact.open_tickets}</Fact>
      {contact.note && <Fact name={t('contact.note')}>{contact.note}</Fact>}
    </section>
  )
}
