import { PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import type { NewTotp, RecoveryCodes } from '../../api/types'
import { EditDialog } from '../../ui/EditDialog'
import { useEdit } from '../../ui/useEdit'

/** First the password, then the QR code and a code that shows that the app has it. */
export function SetUpTotp({ onMade, onClose }: { onMade: (codes: RecoveryCodes) => void; onClose: () => void }) {
  const [shown, setShown] = useState<NewTotp | null>(null)
  if (shown === null) return <AskPassword onShown={setShown} onClose={onClose} />
  return <Confirm shown={shown} onMade={onMade} onClose={onClose} />
}

function AskPassword({ onShown, onClose }: { onShown: (made: NewTotp) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const edit = useEdit<{ password: string }>({
    draft: 'edit.second-factor.password',
    secret: ['password'],
    initial: () => ({ password: '' }),
    faults: ({ password }, tried) => ({ password: tried && password === '' && t('form.needed') }),
    save: async (body) => onShown(await api.post('/second-factor/totp', { body })),
  })
  return (
    <EditDialog edit={edit} title={t('second.title')} action={t('second.next')} onClose={onClose}>
      <PasswordInput
        data-autofocus
        required
        label={t('login.password')}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': t('login.show_password') }}
        {...edit.form.getInputProps('password')}
      />
    </EditDialog>
  )
}

function Confirm({
  shown,
  onMade,
  onClose,
}: {
  shown: NewTotp
  onMade: (codes: RecoveryCodes) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const edit = useEdit<{ code: string }>({
    draft: 'edit.second-factor.code',
    secret: ['code'],
    initial: () => ({ code: '' }),
    faults: ({ code }, tried) => ({
      code: tried && !/^\d{6}$/.test(code.replaceAll(/\s/g, '')) && t('second.needs_code'),
    }),
    save: async (body) => onMade(await api.put('/second-factor/totp', { body })),
  })
  return (
    <EditDialog edit={edit} title={t('second.title')} action={t('second.confirm')} onClose={onClose}>
      <p style={{ margin: 0 }}>{t('second.scan')}</p>
      <img
        src={`data:image/svg+xml,${encodeURIComponent(shown.qr)}`}
        alt={t('second.qr')}
        width={220}
        height={220}
        style={{ alignSelf: 'center' }}
      />
      <TextInput
        readOnly
        label={t('second.secret')}
        value={shown.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
        styles={{ input: { fontFamily: 'monospace', fontSize: '0.8125rem' } }}
      />
      <TextInput
        data-autofocus
        required
        label={t('second.code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        {...edit.form.getInputProps('code')}
      />
    </EditDialog>
  )
}
