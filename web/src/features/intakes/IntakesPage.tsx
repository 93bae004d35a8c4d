import { IconInbox } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Intake } from '../../api/types'
import { ChoiceField, DayField, dayEnd, dayStart } from '../../parts/filters'
import { List } from '../../parts/List'
import { OwedTable, owedList } from '../../parts/owed'
import { useList } from '../../parts/useList'
import { PageFrame } from '../../ui/PageFrame'
import { useUrl } from '../../ui/url'
import { Empty } from '../../ui/Wait'

/** The ledger of everything that came in; what has no end yet is shown first. */
export function IntakesPage() {
  const { t } = useTranslation()
  const [url, set] = useUrl()
  const all = url.show === 'all'
  const list = useList<Intake>('intakes', '/intakes', { undisposed: all ? null : true, from: dayStart(url.from), to: dayEnd(url.to) })
  return (
    <PageFrame
      title={t('place.intakes')}
      note={t('intake.rule')}
      filters={
        <>
          <ChoiceField url={url} set={set} name="show" label={t('intake.which')} unset={t('intake.undisposed')} data={[{ value: 'all', label: t('intake.all') }]} />
          <DayField url={url} set={set} name="from" label={t('filter.from_day')} />
          <DayField url={url} set={set} name="to" label={t('filter.to_day')} />
        </>
      }
    >
      <List list={list} empty={<Empty title={t('intake.none')} hint={t('intake.none_hint')} icon={<IconInbox size={32} stroke={1.3} />} />}>
        {(items) => <OwedTable list={all ? items.map((intake) => ({ kind: 'intake' as const, due: 0, intake })) : owedList([], items)} />}
      </List>
    </PageFrame>
  )
}
