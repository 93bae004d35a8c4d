import { Badge, Button, Modal } from '@mantine/core'
import { IconHistory, IconMessage, IconPencil, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { newerOf } from '../../api/problem'
import { freshen } from '../../api/query'
import type { Contact, TimelineItem } from '../../api/types'
import { word } from '../../i18n'
import { CallItem } from '../../nouns/calls/lines'
import { TicketItem } from '../../nouns/tickets/lines'
import { paths } from '../../paths'
import { useDraft } from '../../ui/drafts'
import { Link, useGo } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { Fact, Phone, When } from '../../ui/Small'
import { useKeys } from '../../ui/keys'
import { toFirstFault } from '../../ui/toFirstFault'
import { toast } from '../../ui/toast'
import { unitName } from '../../ui/unitName'
import { useId } from '../../ui/url'
import { Empty, Loaded, ProblemNote } from '../../ui/Wait'
import { completeContact, ContactFieldset, type ContactValues, fromContact, toContact } from './ContactForm'
import css from './ContactPage.module.css'

/** The client's card: who, where, how to reach, and everything between us. */
export function ContactPage() {
  const id = useId()
  const contact = useQuery({
    queryKey: ['contacts', id],
    queryFn: () => api.get('/contacts/{id}', { params: { path: { id } } }),
  })
  return (
    <Loaded query={contact} lines={10}>
      {(data) => <WithContact contact={data} />}
    </Loaded>
  )
}

function WithContact({ contact }: { contact: Contact }) {
  const { t } = useTranslation()
  const go = useGo()
  usePageTitle(contact.full_name)
  const [editing, setEditing] = useState(false)
  const timeline = useQuery({
    queryKey: ['contacts', contact.id, 'timeline'],
    queryFn: () => api.get('/contacts/{id}/timeline', { params: { path: { id: contact.id } } }),
  })
  return (
    <div className="stack" style={{ gap: 12 }}>
      <div className="row wrap between">
        <div className="row wrap">
          <h1>{contact.full_name}</h1>
          {contact.vip && <Badge>VIP</Badge>}
          <span className="muted">{word(t, 'contact.kinds', contact.kind)}</span>
        </div>
        <div className="row wrap">
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            variant="default"
            onClick={() => go(paths.newTicket({ contact: contact.id }))}
          >
            {t('ticket.new')}
          </Button>
          <Button leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setEditing(true)}>
            {t('do.edit')}
          </Button>
        </div>
      </div>
      <div className={css.grid}>
        <aside className="paper stack pad" style={{ gap: 14 }}>
          <Fact name={t('contact.phones')}>
            {contact.phones.map((each) => (
              <div key={each.value}>
                <Phone value={each.value} />{' '}
                <span className="muted small">
                  {[each.label, each.shared ? t('contact.shared') : null].filter(Boolean).join(' · ')}
                </span>
              </div>
            ))}
            {contact.phones.length === 0 && '—'}
          </Fact>
          <Fact name={t('contact.units')}>
            {contact.units.map((unit) => (
              <div key={unit.id}>
                <Link to={paths.building(unit.building.id, { unit: unit.id })}>
                  {unit.building.name}, {unitName(t, unit)}
                </Link>{' '}
                <span className="muted small">{word(t, 'contact.roles', unit.role)}</span>
              </div>
            ))}
            {contact.units.length === 0 && '—'}
          </Fact>
          <Fact name={t('contact.language')}>{word(t, 'language', contact.language) || '—'}</Fact>
          {contact.note && (
            <Fact name={t('contact.note')}>
              <span style={{ whiteSpace: 'pre-line' }}>{contact.note}</span>
            </Fact>
          )}
          <Fact name={t('contact.open_tickets')}>
            <Link to={paths.tickets({ contact: contact.id })} className="num">
              {contact.open_tickets}
            </Link>
          </Fact>
        </aside>
        <section className="paper" aria-label={t('contact.timeline')}>
          <h2>{t('contact.timeline')}</h2>
          <Loaded
            query={timeline}
            empty={{
              when: (page) => page.items.length === 0,
              show: (
                <Empty
                  title={t('contact.no_timeline')}
                  hint={t('contact.no_timeline_hint')}
                  icon={<IconHistory size={30} stroke={1.3} />}
                />
              ),
            }}
          >
            {(page) => (
              <div className={css.timeline}>
                {page.items.map((item, index) => (
                  <div key={index} className={css.item}>
                    <TimelineBody item={item} />
                  </div>
                ))}
              </div>
            )}
          </Loaded>
        </section>
      </div>
      {editing && <Edit contact={contact} onClose={() => setEditing(false)} />}
    </div>
  )
}

function TimelineBody({ item }: { item: TimelineItem }) {
  const { t } = useTranslation()
  if (item.type === 'call') return <CallItem call={item.call} />
  if (item.type === 'ticket') return <TicketItem ticket={item.ticket} />
  return (
    <div className="row" style={{ alignItems: 'flex-start' }}>
      <IconMessage size={16} aria-hidden />
      <div className="grow">
        <span className="muted small">
          {t('comment.one')} · <When at={item.at} />
        </span>
        <div>{item.comment.text}</div>
      </div>
    </div>
  )
}

function Edit({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTranslation()
  const draft = useDraft<{ values: ContactValues; version: number }>(`contact.${contact.id}`, () => ({
    values: fromContact(contact),
    version: contact.version,
  }))
  const [complain, setComplain] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [theirs, setTheirs] = useState<Contact | null>(null)
  const save = async (version: number) => {
    setComplain(true)
    if (busy) return
    if (!completeContact(draft.value.values)) return toFirstFault()
    setBusy(true)
    setError(null)
    try {
      await api.patch('/contacts/{id}', {
        params: { path: { id: contact.id } },
        body: { version, ...toContact(draft.value.values) },
      })
      draft.clear()
      freshen('contacts')
      toast.done(t('contact.saved'))
      onClose()
    } catch (failed) {
      const current = newerOf<Contact>(failed)
      if (current !== null) setTheirs(current)
      else setError(failed)
    } finally {
      setBusy(false)
    }
  }
  useKeys([{ keys: ['alt+KeyS', 'ctrl+Enter'], label: t('do.save'), run: () => void save(draft.value.version) }])
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('contact.edit')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <div className="stack" style={{ gap: 14 }}>
        {draft.restored && (
          <div className="row">
            <span className="muted small" role="status">
              {t('desk.restored')}
            </span>
            <Button variant="subtle" size="compact-xs" onClick={() => draft.clear()}>
              {t('desk.discard')}
            </Button>
          </div>
        )}
        <ContactFieldset
          values={draft.value.values}
          set={(changes) => draft.set((old) => ({ ...old, values: { ...old.values, ...changes } }))}
          complain={complain}
        />
        {theirs && (
          <div className="paper pad stack" role="alert">
            <b>{t('conflict.title')}</b>
            <span>
              {t('conflict.theirs')}: {theirs.full_name} · {theirs.phones.map((each) => each.value).join(', ')}
              {theirs.note ? ` · ${theirs.note}` : ''}
            </span>
            <span>
              {t('conflict.mine')}: {draft.value.values.fullName} ·{' '}
              {draft.value.values.phones.map((each) => each.value).join(', ')}
              {draft.value.values.note ? ` · ${draft.value.values.note}` : ''}
            </span>
            <div className="row wrap">
              <Button
                variant="default"
                onClick={() => {
                  draft.set({ values: fromContact(theirs), version: theirs.version })
                  setTheirs(null)
                }}
              >
                {t('conflict.take_theirs')}
              </Button>
              <Button
                onClick={() => {
                  const version = theirs.version
                  setTheirs(null)
                  void save(version)
                }}
              >
                {t('conflict.keep_mine')}
              </Button>
            </div>
          </div>
        )}
        {error !== null && <ProblemNote error={error} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('do.cancel')}
          </Button>
          <Button loading={busy} onClick={() => void save(draft.value.version)}>
            {t('do.save')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
