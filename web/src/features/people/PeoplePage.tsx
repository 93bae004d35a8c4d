import { Badge, Button, Checkbox, Modal, MultiSelect, PasswordInput, Select, TextInput } from '@mantine/core'
import { IconPlus, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen, useQueues } from '../../api/query'
import type { Person, Role } from '../../api/types'
import { word } from '../../i18n'
import { useQueueName } from '../../parts/lines'
import { List } from '../../parts/List'
import { useList } from '../../parts/useList'
import { PageFrame } from '../../ui/PageFrame'
import { Cut } from '../../ui/Small'
import { toast } from '../../ui/toast'
import { useUrl } from '../../ui/url'
import { Empty, ProblemNote } from '../../ui/Wait'
import { ScrollX } from '../../ui/ScrollX'

const ROLES: Role[] = ['dispatcher', 'supervisor', 'administrator', 'technician']

export function PeoplePage() {
  const { t } = useTranslation()
  const [url, set] = useUrl()
  const queueName = useQueueName()
  const list = useList<Person>('people', '/people', {})
  const editing = url.edit === 'new' ? null : list.items?.find((person) => person.id === url.edit)
  return (
    <PageFrame title={t('place.people')} actions={<Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set({ edit: 'new' })}>{t('person.add')}</Button>}>
      <List list={list} empty={<Empty title={t('person.none')} icon={<IconUsers size={32} stroke={1.3} />} />}>
        {(items) => (
          <ScrollX>
            <table className="data cards">
              <thead><tr><th>{t('person.name')}</th><th>{t('person.login')}</th><th>{t('person.role')}</th><th>{t('person.extension')}</th><th>{t('person.queues')}</th><th>{t('person.state')}</th></tr></thead>
              <tbody>
                {items.map((person) => (
                  <tr key={person.id}>
                    <td style={{ maxWidth: 260 }}><button type="button" className="link" style={{ background: 'none', border: 0, padding: 0, font: 'inherit', color: 'var(--mantine-color-anchor)', cursor: 'pointer', textAlign: 'left' }} onClick={() => set({ edit: person.id })}><Cut>{person.name}</Cut></button></td>
                    <td>{person.login}</td>
                    <td>{word(t, 'role', person.role)}</td>
                    <td className="num" style={{ textAlign: 'left' }}>{person.extension ?? '—'}</td>
                    <td className="wide">{(person.queues ?? []).map((queue) => queueName(queue)).join(', ') || '—'}</td>
                    <td>{person.active === false ? <Badge color="gray" variant="outline">{t('person.inactive')}</Badge> : <Badge>{t('person.active')}</Badge>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        )}
      </List>
      {url.edit && (url.edit === 'new' || editing) && <Edit person={editing ?? null} onClose={() => set({ edit: null })} />}
    </PageFrame>
  )
}

function Edit({ person, onClose }: { person: Person | null; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const queues = useQueues().data ?? []
  const [name, setName] = useState(person?.name ?? '')
  const [login, setLogin] = useState(person?.login ?? '')
  const [role, setRole] = useState<Role>(person?.role ?? 'dispatcher')
  const [password, setPassword] = useState('')
  const [extension, setExtension] = useState(person?.extension ?? '')
  const [mine, setMine] = useState<string[]>(person?.queues ?? [])
  const [active, setActive] = useState(person?.active ?? true)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const takesCalls = role === 'dispatcher' || role === 'supervisor'
  const save = async () => {
    setBusy(true)
    setError(null)
    try {
      if (person) await api.patch(`/people/${person.id}`, { version: person.version, name: name.trim(), role, active, queues: takesCalls ? mine : [], extension: takesCalls ? extension.trim() || undefined : undefined, password: password || undefined })
      else await api.post('/people', { login: login.trim(), name: name.trim(), role, password, extension: takesCalls ? extension.trim() || undefined : undefined, queues: takesCalls ? mine : [] })
      freshen('people')
      freshen('agents')
      toast.done(t('person.saved', { name: name.trim() }))
      onClose()
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  const ready = name.trim() !== '' && (person !== null || (login.trim() !== '' && password !== ''))
  return (
    <Modal opened onClose={onClose} title={person ? person.name : t('person.add')} closeButtonProps={{ 'aria-label': t('do.close') }}>
      <form className="stack" style={{ gap: 12 }} onSubmit={(event) => { event.preventDefault(); if (ready) void save() }}>
        <TextInput data-autofocus label={t('person.name')} required value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput label={t('person.login')} required disabled={person !== null} autoComplete="off" value={login} onChange={(event) => setLogin(event.currentTarget.value)} />
        <PasswordInput label={person ? t('person.new_password') : t('login.password')} description={person ? t('person.keep_password') : undefined} required={!person} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('login.show_password') }} />
        <Select label={t('person.role')} data={ROLES.map((value) => ({ value, label: word(t, 'role', value) }))} value={role} onChange={(value) => setRole((value ?? 'dispatcher') as Role)} />
        {takesCalls && <TextInput label={t('person.extension')} description={t('person.extension_hint')} inputMode="numeric" value={extension} onChange={(event) => setExtension(event.currentTarget.value)} />}
        {takesCalls && <MultiSelect size="xs" label={t('person.queues')} data={queues.map((queue) => ({ value: queue.name, label: i18n.language === 'en' ? queue.label_en : queue.label_ru }))} value={mine} onChange={setMine} />}
        {person && <Checkbox label={t('person.may_log_in')} checked={active} onChange={(event) => setActive(event.currentTarget.checked)} />}
        {error !== null && <ProblemNote error={error} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>{t('do.cancel')}</Button>
          <Button type="submit" disabled={!ready} loading={busy}>{t('do.save')}</Button>
        </div>
      </form>
    </Modal>
  )
}
