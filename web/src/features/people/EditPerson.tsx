import { Checkbox, MultiSelect, PasswordInput, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { Person, Role } from '../../api/types'
import { word } from '../../i18n'
import { useBuildings } from '../../nouns/buildings/useBuildings'
import { useQueues } from '../../nouns/queues/useQueues'
import { EditDialog } from '../../ui/EditDialog'
import { LINE, oneLine } from '../../ui/limits'
import { textFault } from '../../ui/textFault'
import { toast } from '../../ui/toast'
import { useEdit } from '../../ui/useEdit'
import { PersonAccess } from './PersonAccess'

const ROLES: Role[] = ['dispatcher', 'supervisor', 'administrator', 'technician']
const PASSWORD_LEAST = 10

interface Values {
  name: string
  login: string
  password: string
  role: Role
  extension: string
  queues: string[]
  buildings: string[]
  active: boolean
}

const takesCalls = (role: Role) => role === 'dispatcher' || role === 'supervisor'

/** A person and what they may do. The password is the one thing that no draft keeps. */
export function EditPerson({ person, onClose }: { person: Person | null; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const edit = useEdit<Values>({
    draft: `edit.person.${person?.id ?? 'new'}`,
    version: person?.version,
    secret: ['password'],
    initial: () => ({
      name: person?.name ?? '',
      login: person?.login ?? '',
      password: '',
      role: person?.role ?? 'dispatcher',
      extension: person?.extension ?? '',
      queues: person?.queues ?? [],
      buildings: person?.buildings ?? [],
      active: person?.active ?? true,
    }),
    faults: ({ name, login, password, role, extension }, tried) => {
      const login_fits = person !== null || /^[a-z0-9._@-]{2,64}$/i.test(login.trim())
      const password_fits = (person !== null && password === '') || [...password].length >= PASSWORD_LEAST
      const extension_fits = !takesCalls(role) || /^(\d{2,6})?$/.test(extension.trim())
      return {
        name: textFault(t, name, LINE, tried && t('person.needs_name')),
        login: tried && !login_fits && t('person.needs_login'),
        password: tried && !password_fits && t('person.needs_password', { count: PASSWORD_LEAST }),
        extension: tried && !extension_fits && t('person.needs_extension'),
      }
    },
    save: async (values, version) => {
      const shared = {
        name: oneLine(values.name),
        role: values.role,
        queues: takesCalls(values.role) ? values.queues : [],
        buildings: values.role === 'technician' ? values.buildings : [],
      }
      const extension = takesCalls(values.role) ? values.extension.trim() : ''
      const { active, password } = values
      // An empty extension takes it away; for a new person there is none to take.
      if (person)
        await api.patch('/people/{id}', {
          params: { path: { id: person.id } },
          body: { ...shared, version, active, extension, password: password || undefined },
        })
      else
        await api.post('/people', {
          body: { ...shared, login: values.login.trim(), password, extension: extension || undefined },
        })
      freshen('people')
      freshen('agents')
      toast.done(t('person.saved', { name: shared.name }))
      onClose()
    },
  })
  const { form } = edit
  const { role, queues, buildings } = form.values
  const allQueues = useQueues().data ?? []
  const allBuildings = useBuildings(role === 'technician')
  const leastPassword = t('person.needs_password', { count: PASSWORD_LEAST })
  return (
    <EditDialog
      edit={edit}
      size="lg"
      title={person ? person.name : t('person.add')}
      note={person && <PersonAccess person={person} />}
      onClose={onClose}
    >
      <TextInput data-autofocus label={t('person.name')} required {...form.getInputProps('name')} />
      <TextInput
        label={t('person.login')}
        required
        description={person ? t('person.login_fixed') : t('person.login_hint')}
        disabled={person !== null}
        autoComplete="off"
        {...form.getInputProps('login')}
      />
      <PasswordInput
        label={person ? t('person.new_password') : t('login.password')}
        description={person ? `${t('person.keep_password')} ${leastPassword}` : leastPassword}
        required={!person}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('login.show_password') }}
        {...form.getInputProps('password')}
      />
      <Select
        label={t('person.role')}
        data={ROLES.map((value) => ({ value, label: word(t, 'role', value) }))}
        allowDeselect={false}
        {...form.getInputProps('role')}
      />
      {takesCalls(role) && (
        <>
          <TextInput
            label={t('person.extension')}
            description={t('person.extension_hint')}
            inputMode="numeric"
            {...form.getInputProps('extension')}
          />
          <MultiSelect
            label={t('person.queues')}
            placeholder={queues.length === 0 ? t('person.queues_hint') : undefined}
            data={allQueues.map((queue) => ({
              value: queue.name,
              label: i18n.language === 'en' ? queue.label_en : queue.label_ru,
            }))}
            {...form.getInputProps('queues')}
          />
        </>
      )}
      {role === 'technician' && (
        <MultiSelect
          searchable
          label={t('person.buildings')}
          description={t('person.buildings_hint')}
          placeholder={buildings.length === 0 ? t('person.all_buildings') : undefined}
          data={allBuildings.map((building) => ({ value: building.id, label: building.name }))}
          nothingFoundMessage={t('wait.nothing_found')}
          {...form.getInputProps('buildings')}
        />
      )}
      {person && <Checkbox label={t('person.may_log_in')} {...form.getInputProps('active', { type: 'checkbox' })} />}
    </EditDialog>
  )
}
