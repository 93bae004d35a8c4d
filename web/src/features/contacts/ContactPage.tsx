import { Badge, Button, CopyButton } from '@mantine/core'
import { IconArrowsJoin, IconHistory, IconMessage, IconPencil, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { newerOf } from '../../api/problem'
import { freshen } from '../../api/query'
import type { Contact, TimelineItem } from '../../api/types'
import { word } from '../../i18n'
import { useMyself } from '../../nouns/me/myself'
import { CallItem } from '../../nouns/calls/lines'
import { TicketItem } from '../../nouns/tickets/lines'
import { paths } from '../../paths'
import { EditDialog } from '../../ui/EditDialog'
import { Link, useGo } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { Fact, Phone, When } from '../../ui/Small'
import { toast } from '../../ui/toast'
import { unitName } from '../../ui/unitName'
import { useId, useUrl, uuid } from '../../ui/url'
import { useEdit } from '../../ui/useEdit'
import { Empty, Loaded } from '../../ui/Wait'
import { contactFaults, ContactFieldset, type ContactValues, fromContact, toContact } from './ContactForm'
import css from './ContactPage.module.css'
import { ErasurePage } from './ErasurePage'
import { MergeDialog } from './MergeDialog'

/** The client's card: who, where, how to reach, and everything between us. Who only erases sees what that would do. */
export function ContactPage() {
  const { permissions } = useMyself()
  return !permissions.includes('contacts.read') && permissions.includes('contacts.erase') ? <ErasurePage /> : <Card />
}

function Card() {
  const id = useId()
  const contact = useQuery({
    queryKey: ['contacts', id],
    queryFn: () => api.get('/contacts/{id}', { params: { path: { id } } }),
  })
  return (
    <Loaded query={contact} lines={10}>
      {(data) =>
        data.merged_into ? <Merged contact={data} into={data.merged_into} /> : <WithContact contact={data} />
      }
    </Loaded>
  )
}

/** It leads to the one that remains. */
function Merged({ contact, into }: { contact: Contact; into: string }) {
  const go = useGo()
  useEffect(() => go(paths.contact(into, { merged: contact.id }), { replace: true }))
  return null
}

/** Where the reader came from, if it was a card that is in this one now. */
function MergedHere({ contact }: { contact: Contact }) {
  const { t } = useTranslation()
  const from = uuid(useUrl()[0]['merged'])
  const former = useQuery({
    queryKey: ['contacts', from],
    queryFn: () => api.get('/contacts/{id}', { params: { path: { id: from ?? '' } } }),
    enabled: from !== undefined,
  })
  if (former.data?.merged_into !== contact.id) return null
  return (
    <div className="paper pad" role="status">
      {t('contact.merge.notice', { name: former.data.full_name || t('contact.erased') })}
    </div>
  )
}

function WithContact({ contact }: { contact: Contact }) {
  const { t } = useTranslation()
  const go = useGo()
  const name = contact.status === 'erased' ? t('contact.erased') : contact.full_name
  const active = contact.status === 'active'
  const merges = useMyself().permissions.includes('contacts.merge')
  usePageTitle(name)
  const [merging, setMerging] = useState(false)
  const [editing, setEditing] = useState(false)
  const timeline = useQuery({
    queryKey: ['contacts', contact.id, 'timeline'],
    queryFn: () => api.get('/contacts/{id}/timeline', { params: { path: { id: contact.id } } }),
  })
  return (
    <div className="stack" style={{ gap: 12 }}>
      <MergedHere contact={contact} />
      <div className="row wrap between">
        <div className="row wrap">
          <h1>{name}</h1>
          {contact.vip && <Badge>VIP</Badge>}
          <span className="muted">{word(t, 'contact.kinds', contact.kind)}</span>
        </div>
        {active && (
          <div className="row wrap">
            {merges && (
              <Button
                leftSection={<IconArrowsJoin size={16} aria-hidden />}
                variant="default"
                onClick={() => setMerging(true)}
              >
                {t('contact.merge.button')}
              </Button>
            )}
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              variant="default"
              onClick={() => go(paths.newTicket({ contact: contact.id }))}
            >
              {t('ticket.new')}
            </Button>
            {merges && (
              <CopyButton value={`${window.location.origin}${paths.contact(contact.id)}`}>
                {({ copied, copy }) => (
                  <Button variant="default" onClick={copy} title={t('contact.erase.link_hint')}>
                    {copied ? t('profile.copied') : t('contact.erase.link')}
                  </Button>
                )}
              </CopyButton>
            )}
            <Button leftSection={<IconPencil size={16} aria-hidden />} onClick={() => setEditing(true)}>
              {t('do.edit')}
            </Button>
          </div>
        )}
      </div>
      {contact.status === 'erased' && (
        <div className="paper pad" role="status">
          {t('contact.erased')}: <When at={contact.erased_at} /> · {contact.erased_reason}
        </div>
      )}
      <div className={css.grid}>
        <aside className="paper stack pad" style={{ gap: 14 }} aria-label={t('ticket.facts')}>
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
      {merging && <MergeDialog contact={contact} onClose={() => setMerging(false)} />}
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
  const [theirs, setTheirs] = useState<Contact | null>(null)
  const edit = useEdit<ContactValues>({
    draft: `edit.contact.${contact.id}`,
    version: contact.version,
    initial: () => fromContact(contact),
    faults: (values, tried) => contactFaults(t, values, tried),
    save: async (values, version) => {
      try {
        const body = { version, ...toContact(values) }
        await api.patch('/contacts/{id}', { params: { path: { id: contact.id } }, body })
      } catch (failed) {
        const current = newerOf<Contact>(failed)
        if (current === null) throw failed
        setTheirs(current)
        return false
      }
      freshen('contacts')
      toast.done(t('contact.saved'))
      onClose()
    },
  })
  const mine = edit.form.values
  return (
    <EditDialog
      edit={edit}
      size="lg"
      title={t('contact.edit')}
      onClose={onClose}
      note={
        theirs && (
          <div className="paper pad stack" role="alert">
            <b>{t('conflict.title')}</b>
            <span>
              {t('conflict.theirs')}: {summary(fromContact(theirs))}
            </span>
            <span>
              {t('conflict.mine')}: {summary(mine)}
            </span>
            <div className="row wrap">
              <Button
                variant="default"
                onClick={() => {
                  edit.rebase(fromContact(theirs), theirs.version)
                  setTheirs(null)
                }}
              >
                {t('conflict.take_theirs')}
              </Button>
              <Button
                onClick={() => {
                  setTheirs(null)
                  void edit.send(mine, theirs.version)
                }}
              >
                {t('conflict.keep_mine')}
              </Button>
            </div>
          </div>
        )
      }
    >
      <ContactFieldset form={edit.form} />
    </EditDialog>
  )
}

function summary({ full_name, phones, note }: ContactValues): string {
  return [full_name, phones.map((each) => each.value).join(', '), note].filter(Boolean).join(' · ')
}
