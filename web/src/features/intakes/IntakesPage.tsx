import { api } from '../../api/client'
import { IconInbox } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ChoiceField, dayEnd, dayStart, EmptyList, PeriodField, StrayFilters } from '../../ui/filters'
import { List } from '../../ui/List'
import { followUps, FollowUpTable } from '../../nouns/followups/FollowUpTable'
import { useList } from '../../ui/useList'
import { PageFrame } from '../../ui/PageFrame'
import { among, day, useUrl } from '../../ui/url'
import { Empty } from '../../ui/Wait'

/** The ledger of everything that came in; what has no end yet is shown first. */
export function IntakesPage() {
  const { t } = useTranslation()
  const [url, set] = useUrl()
  const all = url.show === 'all'
  const list = useList(
    'intakes',
    { undisposed: all ? undefined : true, from: dayStart(url.from), to: dayEnd(url.to) },
    (query) => api.get('/intakes', { params: { query } }),
  )
  const icon = <IconInbox size={32} stroke={1.3} />
  return (
    <PageFrame
      title={t('place.intakes')}
      note={t('intake.rule')}
      filters={
        <>
          <ChoiceField
            url={url}
            set={set}
            name="show"
            label={t('intake.which')}
            unset={t('intake.undisposed')}
            data={[{ value: 'all', label: t('intake.all') }]}
          />
          <PeriodField url={url} set={set} />
        </>
      }
    >
      <StrayFilters
        url={url}
        set={set}
        read={{ show: among(['all'], url.show), from: day(url.from), to: day(url.to) }}
      />
      <List
        list={list}
        empty={
          <EmptyList url={url} set={set} filters={['from', 'to']} icon={icon}>
            <Empty
              title={t(all ? 'intake.none_all' : 'intake.none')}
              hint={t(all ? 'intake.none_all_hint' : 'intake.none_hint')}
              icon={icon}
            />
          </EmptyList>
        }
      >
        {(items) => (
          <FollowUpTable
            list={all ? items.map((intake) => ({ kind: 'intake' as const, due: 0, intake })) : followUps([], items)}
          />
        )}
      </List>
    </PageFrame>
  )
}
