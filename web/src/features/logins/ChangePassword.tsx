import { PasswordInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import { EditDialog } from '../../ui/EditDialog'
import { toast } from '../../ui/toast'
import { useEdit } from '../../ui/useEdit'

const PASSWORD_LEAST = 10

interface Values {
  current: string
  password: string
}

/** One's own password. It ends the other log-ins and all tokens. */
export function ChangePassword({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const edit = useEdit<Values>({
    draft: 'edit.password',
    secret: ['current', 'password'],
    initial: () => ({ current: '', password: '' }),
    faults: ({ current, password }, tried) => ({
      current: tried && current === '' && t('form.needed'),
      password: tried && [...password].length < PASSWORD_LEAST && t('person.needs_password', { count: PASSWORD_LEAST }),
    }),
    save: async (values) => {
      await api.put('/password', { body: values })
      freshen('logins')
      freshen('tokens')
      toast.done(t('profile.password_changed'))
      onClose()
    },
  })
  const { form } = edit
  const eye = { 'aria-label': t('login.show_password') }
  return (
    <EditDialog edit={edit} title={t('profile.change_password')} onClose={onClose}>
      <PasswordInput
        data-autofocus
        required
        label={t('profile.current_password')}
        autoComplete="current-password"
        visibilityToggleButtonProps={eye}
        {...form.getInputProps('current')}
      />
      <PasswordInput
        required
        label={t('person.new_password')}
        description={t('profile.password_hint')}
        autoComplete="new-password"
        visibilityToggleButtonProps={eye}
        {...form.getInputProps('password')}
      />
    </EditDialog>
  )
}
