import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { IconMoon, IconSun } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { setLanguage } from '../i18n'

export function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  const other = i18n.language === 'en' ? 'ru' : 'en'
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      onClick={() => void setLanguage(other)}
      lang={other}
      aria-label={t('shell.other_language')}
    >
      {other === 'ru' ? 'Русский' : 'English'}
    </Button>
  )
}

export function SchemeSwitch() {
  const { t } = useTranslation()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const next = scheme === 'dark' ? 'light' : 'dark'
  return (
    <ActionIcon aria-label={t(`shell.to_${next}`)} title={t(`shell.to_${next}`)} onClick={() => setColorScheme(next)}>
      {next === 'dark' ? <IconMoon size={18} aria-hidden /> : <IconSun size={18} aria-hidden />}
    </ActionIcon>
  )
}
