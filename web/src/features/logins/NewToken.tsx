import { MultiSelect, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { serverNow } from '../../api/clock'
import { freshen } from '../../api/query'
import { useMyself } from '../../nouns/me/myself'
import { EditDialog } from '../../ui/EditDialog'
import { LINE, oneLine } from '../../ui/limits'
import { textFault } from '../../ui/textFault'
import { useEdit } from '../../ui/useEdit'

const DAYS = ['7', '30', '90', '365']
const DAY_MS = 86_400_000
/** What only a person at a screen may do (src/http/access.rs). */
const BY_HAND = ['tokens.own', 'logins.own', 'people.write']

interface Values {
  name: string
  days: string
  scopes: string[]
}

export function NewToken({ onMade, onClose }: { onMade: (secret: string) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const me = useMyself()
  const edit = useEdit<Values>({
    draft: 'edit.token.new',
    initial: () => ({ name: '', days: '90', scopes: [] }),
    faults: ({ name, scopes }, tried) => ({
      name: textFault(t, name, LINE, tried && t('profile.needs_token_name')),
      scopes: tried && scopes.length === 0 && t('profile.needs_scopes'),
    }),
    save: async ({ name, days, scopes }) => {
      const expires_at = new Date(serverNow() + Number(days) * DAY_MS).toISOString()
      const made = await api.post('/tokens', { body: { name: oneLine(name), expires_at, scopes } })
      freshen('tokens')
      onMade(made.token)
    },
  })
  const { form } = edit
  return (
    <EditDialog edit={edit} title={t('profile.add_token')} onClose={onClose}>
      <TextInput
        data-autofocus
        required
        label={t('profile.token_name')}
        description={t('profile.token_name_hint')}
        {...form.getInputProps('name')}
      />
      <MultiSelect
        searchable
        required
        label={t('profile.scopes')}
        description={t('profile.scopes_hint')}
        data={me.permissions.filter((verb) => !BY_HAND.includes(verb))}
        nothingFoundMessage={t('wait.nothing_found')}
        {...form.getInputProps('scopes')}
      />
      <Select
        label={t('profile.lasts')}
        data={DAYS.map((value) => ({ value, label: t('profile.days', { count: Number(value) }) }))}
        allowDeselect={false}
        {...form.getInputProps('days')}
      />
    </EditDialog>
  )
}
