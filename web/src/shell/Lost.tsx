import { IconMapQuestion } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Link } from '../ui/Link'
import { usePageTitle } from '../ui/PageFrame'
import { Empty } from '../ui/Wait'

export function Lost() {
  const { t } = useTranslation()
  usePageTitle(t('lost.title'))
  return (
    <Empty title={t('lost.title')} hint={t('lost.hint')} icon={<IconMapQuestion size={36} stroke={1.3} />}>
      <Link to="/">{t('lost.home')}</Link>
    </Empty>
  )
}
