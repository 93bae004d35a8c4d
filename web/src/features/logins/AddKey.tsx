import { PasswordInput, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { Problem } from '../../api/problem'
import { makeKey } from '../../api/securityKey'
import type { RecoveryCodes } from '../../api/types'
import { EditDialog } from '../../ui/EditDialog'
import { LINE, oneLine } from '../../ui/limits'
import { textFault } from '../../ui/textFault'
import { toast } from '../../ui/toast'
import { useEdit } from '../../ui/useEdit'

interface Values {
  name: string
  password: string
}

/** A name and the password; then the browser asks the key. */
export function AddKey({ onMade, onClose }: { onMade: (codes: RecoveryCodes) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const edit = useEdit<Values>({
    draft: 'edit.second-factor.key',
    secret: ['password'],
    initial: () => ({ name: '', password: '' }),
    faults: ({ name, password }, tried) => ({
      name: textFault(t, name, LINE, tried && t('second.needs_key_name')),
      password: tried && password === '' && t('form.needed'),
    }),
    save: async ({ name, password }) => {
      const { options } = await api.post('/second-factor/keys', { body: { password } })
      const key = await makeKey(options).catch(() => {
        throw new Problem({ slug: 'key', status: 0, title: t('second.key_failed') })
      })
      const codes = await api.put('/second-factor/keys', { body: { name: oneLine(name), key } })
      toast.done(t('second.key_added', { name: oneLine(name) }))
      onMade(codes)
    },
  })
  const { form } = edit
  return (
    <EditDialog edit={edit} title={t('second.add_key')} action={t('second.next')} onClose={onClose}>
      <TextInput
        data-autofocus
        required
        label={t('second.key_name')}
        description={t('second.key_name_hint')}
        {...form.getInputProps('name')}
      />
      <PasswordInput
        required
        label={t('login.password')}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': t('login.show_password') }}
        {...form.getInputProps('password')}
      />
    </EditDialog>
  )
}
