import { api } from '../../api/client'
import { IconPhoneCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { CallbackFilter } from '../../api/types'
import { word } from '../../i18n'
import { ChoiceField, EmptyList, StrayFilters } from '../../ui/filters'
import { List } from '../../ui/List'
import { followUps, FollowUpTable } from '../../nouns/followups/FollowUpTable'
import { useList } from '../../ui/useList'
import { PageFrame } from '../../ui/PageFrame'
import { among, useUrl } from '../../ui/url'
import { Empty } from '../../ui/Wait'

const FILTERS: CallbackFilter[] = ['pending', 'claimed', 'done', 'unreachable', 'cancelled', 'merged', 'all']

export function CallbacksPage() {
  const { t } = useTranslation()
  const [url, set] = useUrl()
  const list = useList('callbacks', { state: among(FILTERS, url.state) ?? 'open' }, (query) =>
    api.get('/callbacks', { params: { query } }),
  )
  const icon = <IconPhoneCheck size={32} stroke={1.3} />
  return (
    <PageFrame
      title={t('place.callbacks')}
      note={t('callback.law')}
      filters={
        <ChoiceField
          url={url}
          set={set}
          name="state"
          label={t('callback.which')}
          unset={word(t, 'callback.state', 'open')}
          data={FILTERS.map((value) => ({ value, label: word(t, 'callback.state', value) }))}
        />
      }
    >
      <StrayFilters url={url} set={set} read={{ state: among(FILTERS, url.state) }} />
      <List
        list={list}
        empty={
          <EmptyList url={url} set={set} filters={url.state === 'all' ? [] : ['state']} icon={icon}>
            <Empty
              title={t(url.state === 'all' ? 'callback.none_all' : 'callback.none')}
              hint={t('callback.none_hint')}
              icon={icon}
            />
          </EmptyList>
        }
      >
        {(items) => <FollowUpTable list={followUps(items, [])} />}
      </List>
    </PageFrame>
  )
}
