import { Button, Checkbox, Modal, MultiSelect, PasswordInput, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { asProblem, newerOf } from '../../api/problem'
import { freshen } from '../../api/query'
import { useQueues } from '../../nouns/queues/useQueues'
import type { Person, Role } from '../../api/types'
import { word } from '../../i18n'
import { useBuildings } from '../../nouns/buildings/useBuildings'
import { useDraft } from '../../ui/drafts'
import { excess, LINE, oneLine } from '../../ui/limits'
import { toFirstFault } from '../../ui/toFirstFault'
import { toast } from '../../ui/toast'
import { ProblemNote } from '../../ui/Wait'

const ROLES: Role[] = ['dispatcher', 'supervisor', 'administrator', 'technician']
const PASSWORD_LEAST = 10

interface Values {
  name: string
  login: string
  role: Role
  extension: string
  queues: string[]
  buildings: string[]
  active: boolean
  version: number
}

/** A person and what they may do. The password is the one thing that no draft keeps. */
export function EditPerson({ person, onClose }: { person: Person | null; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const queues = useQueues().data ?? []
  const draft = useDraft<Values>(`person.${person?.id ?? 'new'}`, () => ({
    name: person?.name ?? '',
    login: person?.login ?? '',
    role: person?.role ?? 'dispatcher',
    extension: person?.extension ?? '',
    queues: person?.queues ?? [],
    buildings: person?.buildings ?? [],
    active: person?.active ?? true,
    version: person?.version ?? 0,
  }))
  const values = draft.value
  const set = (changes: Partial<Values>) => draft.set((old) => ({ ...old, ...changes }))
  const [password, setPassword] = useState('')
  const [complain, setComplain] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const technician = values.role === 'technician'
  const buildings = useBuildings(technician)
  const takesCalls = values.role === 'dispatcher' || values.role === 'supervisor'

  const wrong = {
    name:
      values.name.trim() === ''
        ? t('person.needs_name')
        : excess(values.name, LINE) > 0
          ? t('form.too_long', { count: excess(values.name, LINE) })
          : null,
    login: person !== null || /^[a-z0-9._@-]{2,64}$/i.test(values.login.trim()) ? null : t('person.needs_login'),
    password:
      (person !== null && password === '') || [...password].length >= PASSWORD_LEAST
        ? null
        : t('person.needs_password', { count: PASSWORD_LEAST }),
    extension:
      !takesCalls || values.extension.trim() === '' || /^\d{2,6}$/.test(values.extension.trim())
        ? null
        : t('person.needs_extension'),
  }
  const save = async () => {
    setComplain(true)
    if (busy) return
    if (Object.values(wrong).some((each) => each !== null)) return toFirstFault()
    setBusy(true)
    setError(null)
    const shared = {
      name: oneLine(values.name),
      role: values.role,
      queues: takesCalls ? values.queues : [],
      buildings: technician ? values.buildings : [],
    }
    const extension = takesCalls ? values.extension.trim() : ''
    try {
      // An empty extension takes it away; for a new person there is none to take.
      if (person)
        await api.patch('/people/{id}', {
          params: { path: { id: person.id } },
          body: {
            ...shared,
            version: values.version,
            active: values.active,
            extension,
            password: password || undefined,
          },
        })
      else
        await api.post('/people', {
          body: { ...shared, login: values.login.trim(), password, extension: extension || undefined },
        })
      draft.clear()
      freshen('people')
      freshen('agents')
      toast.done(t('person.saved', { name: shared.name }))
      onClose()
    } catch (failed) {
      // Somebody else saved meanwhile: ours goes on top of theirs only when it is sent again.
      const current = newerOf<Person>(failed)
      if (current !== null) set({ version: current.version })
      setError(failed)
      setBusy(false)
    }
  }
  const said = (field: keyof typeof wrong) => (complain ? wrong[field] : null)
  return (
    <Modal
      opened
      onClose={onClose}
      title={person ? person.name : t('person.add')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <form
        className="stack"
        style={{ gap: 12 }}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
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
        <TextInput
          data-autofocus
          label={t('person.name')}
          required
          error={said('name')}
          value={values.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t('person.login')}
          required
          description={person ? t('person.login_fixed') : t('person.login_hint')}
          disabled={person !== null}
          error={said('login')}
          autoComplete="off"
          value={values.login}
          onChange={(event) => set({ login: event.currentTarget.value })}
        />
        <PasswordInput
          label={person ? t('person.new_password') : t('login.password')}
          description={`${person ? `${t('person.keep_password')} ` : ''}${t('person.needs_password', { count: PASSWORD_LEAST })}`}
          required={!person}
          error={said('password')}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('login.show_password') }}
        />
        <Select
          label={t('person.role')}
          data={ROLES.map((value) => ({ value, label: word(t, 'role', value) }))}
          value={values.role}
          onChange={(value) => set({ role: value ?? 'dispatcher' })}
        />
        {takesCalls && (
          <TextInput
            label={t('person.extension')}
            description={t('person.extension_hint')}
            inputMode="numeric"
            error={said('extension')}
            value={values.extension}
            onChange={(event) => set({ extension: event.currentTarget.value })}
          />
        )}
        {takesCalls && (
          <MultiSelect
            label={t('person.queues')}
            placeholder={values.queues.length === 0 ? t('person.queues_hint') : undefined}
            data={queues.map((queue) => ({
              value: queue.name,
              label: i18n.language === 'en' ? queue.label_en : queue.label_ru,
            }))}
            value={values.queues}
            onChange={(chosen) => set({ queues: chosen })}
          />
        )}
        {technician && (
          <MultiSelect
            searchable
            label={t('person.buildings')}
            description={t('person.buildings_hint')}
            placeholder={values.buildings.length === 0 ? t('person.all_buildings') : undefined}
            data={buildings.map((building) => ({ value: building.id, label: building.name }))}
            value={values.buildings}
            onChange={(chosen) => set({ buildings: chosen })}
            nothingFoundMessage={t('wait.nothing_found')}
          />
        )}
        {person && (
          <Checkbox
            label={t('person.may_log_in')}
            checked={values.active}
            onChange={(event) => set({ active: event.currentTarget.checked })}
          />
        )}
        {error !== null &&
          (asProblem(error).slug === 'stale' ? (
            <div className="paper pad" role="alert">
              <b>{t('conflict.title')}</b>
              <div>{t('conflict.save_again')}</div>
            </div>
          ) : (
            <ProblemNote error={error} />
          ))}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('do.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('do.save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
