import { PasswordInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { WithBoth } from '../../api/types'
import { EditDialog } from '../../ui/EditDialog'
import { useEdit } from '../../ui/useEdit'

/** Something that needs the password and the second factor once more. */
export function ByBoth({
  title,
  why,
  action,
  onClose,
}: {
  title: string
  why: string
  action: (both: WithBoth) => Promise<void>
  onClose: () => void
}) {
  const { t } = useTranslation()
  const edit = useEdit<WithBoth>({
    draft: 'edit.second-factor',
    secret: ['password', 'code'],
    initial: () => ({ password: '', code: '' }),
    faults: ({ password, code }, tried) => ({
      password: tried && password === '' && t('form.needed'),
      code: tried && code.trim() === '' && t('second.needs_any_code'),
    }),
    save: action,
  })
  const { form } = edit
  return (
    <EditDialog edit={edit} title={title} action={title} onClose={onClose}>
      <p style={{ margin: 0 }}>{why}</p>
      <PasswordInput
        data-autofocus
        required
        label={t('login.password')}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': t('login.show_password') }}
        {...form.getInputProps('password')}
      />
      <TextInput
        required
        label={t('second.any_code')}
        autoComplete="one-time-code"
        spellCheck={false}
        {...form.getInputProps('code')}
      />
    </EditDialog>
  )
}
