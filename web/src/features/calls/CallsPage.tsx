import { api } from '../../api/client'
import { IconPhone } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useAgents } from '../../nouns/agents/useAgents'
import type { CallState, Outcome } from '../../api/types'
import { word } from '../../i18n'
import { ChoiceField, dayEnd, dayStart, EmptyList, PeriodField, SearchField, StrayFilters } from '../../ui/filters'
import { CallTable } from '../../nouns/calls/lines'
import { List } from '../../ui/List'
import { useList } from '../../ui/useList'
import { phoneDigits } from '../../ui/format'
import { PageFrame } from '../../ui/PageFrame'
import { among, day, idAmong, useUrl } from '../../ui/url'
import { Empty } from '../../ui/Wait'

const OUTCOMES: Outcome[] = [
  'completed',
  'self_served',
  'abandoned_queue',
  'abandoned_ivr',
  'short_ivr',
  'rejected',
  'broken',
  'node_lost',
  'crashed',
]
const STATES: CallState[] = ['live', 'ended']

export function CallsPage() {
  const { t } = useTranslation()
  const [url, set] = useUrl()
  const agents = useAgents().data
  const agent = idAmong(agents, url.agent)
  const list = useList(
    'calls',
    {
      state: among(STATES, url.state),
      outcome: among(OUTCOMES, url.outcome),
      agent,
      phone: url.phone ? phoneDigits(url.phone) : undefined,
      from: dayStart(url.from),
      to: dayEnd(url.to),
    },
    (query) => api.get('/calls', { params: { query } }),
  )
  const read = {
    state: among(STATES, url.state),
    outcome: among(OUTCOMES, url.outcome),
    agent,
    phone: url.phone,
    from: day(url.from),
    to: day(url.to),
  }
  const icon = <IconPhone size={32} stroke={1.3} />
  return (
    <PageFrame
      title={t('place.calls')}
      filters={
        <>
          <SearchField url={url} set={set} name="phone" label={t('call.search')} />
          <ChoiceField
            url={url}
            set={set}
            name="outcome"
            label={t('call.outcome')}
            unset={t('call.any_outcome')}
            data={OUTCOMES.map((value) => ({ value, label: word(t, 'call.outcomes', value) }))}
          />
          <ChoiceField
            url={url}
            set={set}
            name="agent"
            label={t('call.agent')}
            unset={t('call.any_agent')}
            data={(agents ?? []).map((each) => ({ value: each.id, label: each.name }))}
          />
          <ChoiceField
            url={url}
            set={set}
            name="state"
            label={t('call.state')}
            unset={t('call.any_state')}
            data={STATES.map((value) => ({ value, label: word(t, 'call.states', value) }))}
          />
          <PeriodField url={url} set={set} />
        </>
      }
    >
      <StrayFilters url={url} set={set} read={read} />
      <List
        list={list}
        empty={
          <EmptyList url={url} set={set} filters={['phone', 'outcome', 'agent', 'state', 'from', 'to']} icon={icon}>
            <Empty title={t('call.none')} hint={t('call.none_hint')} icon={icon} />
          </EmptyList>
        }
      >
        {(items) => <CallTable calls={items} />}
      </List>
    </PageFrame>
  )
}
