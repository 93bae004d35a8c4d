import { Badge, Button } from '@mantine/core'
import { IconHistory, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import type { AuditAction, AuditLine, Person } from '../../api/types'
import { word } from '../../i18n'
import { useBuildings } from '../../nouns/buildings/useBuildings'
import { useQueueName } from '../../nouns/queues/useQueueName'
import { paths } from '../../paths'
import { ChoiceField, dayEnd, dayStart, EmptyList, PeriodField, StrayFilters } from '../../ui/filters'
import { dateTime, number } from '../../ui/format'
import { Link } from '../../ui/Link'
import { List } from '../../ui/List'
import { PageFrame } from '../../ui/PageFrame'
import { ScrollX } from '../../ui/ScrollX'
import { Cut, When } from '../../ui/Small'
import { among, day, idAmong, useUrl, uuid } from '../../ui/url'
import { useList } from '../../ui/useList'
import { Empty } from '../../ui/Wait'
import { ACTIONS, OBJECTS } from './actions'
import { groupOf, type Say, shownDetails, shownValue } from './values'

const FILTERS = ['person', 'object', 'id', 'action', 'from', 'to']

async function everybody(): Promise<Person[]> {
  const list: Person[] = []
  let after: string | undefined
  do {
    const page = await api.get('/people', { params: { query: { limit: 200, after } } })
    list.push(...page.items)
    after = page.next ?? undefined
  } while (after !== undefined)
  return list
}

/** Who read, searched, changed, played or tried what. */
export function AuditPage() {
  const { t } = useTranslation()
  const [url, set] = useUrl()
  const people = useQuery({ queryKey: ['people', 'all'], queryFn: everybody })
  const filter = {
    person: idAmong(people.data, url.person),
    object: among(OBJECTS, url.object),
    id: uuid(url.id),
    action: among(ACTIONS, url.action),
    from: dayStart(url.from),
    to: dayEnd(url.to),
  }
  const list = useList('audit', filter, (query) => api.get('/audit', { params: { query } }))
  const say = useSay(people.data ?? [])
  const icon = <IconHistory size={32} stroke={1.3} />
  return (
    <PageFrame
      title={t('place.audit')}
      note={t('audit.about')}
      filters={
        <>
          <ChoiceField
            url={url}
            set={set}
            name="person"
            label={t('audit.who')}
            unset={t('audit.anybody')}
            searchable
            data={(people.data ?? []).map((person) => ({ value: person.id, label: person.name }))}
          />
          <ChoiceField
            url={url}
            set={set}
            name="action"
            label={t('audit.action')}
            unset={t('audit.any_action')}
            data={ACTIONS.map((value) => ({ value, label: actionName(t, value) }))}
          />
          <ChoiceField
            url={url}
            set={set}
            name="object"
            label={t('audit.object')}
            unset={t('audit.any_object')}
            data={OBJECTS.map((value) => ({ value, label: word(t, 'audit.objects', value) }))}
          />
          <PeriodField url={url} set={set} />
          {filter.id && (
            <Button
              variant="default"
              rightSection={<IconX size={14} aria-hidden />}
              onClick={() => set({ id: null })}
              title={filter.id}
            >
              {t('audit.one_object')}
            </Button>
          )}
        </>
      }
    >
      <StrayFilters url={url} set={set} read={{ ...filter, from: day(url.from), to: day(url.to) }} />
      <List
        list={list}
        empty={
          <EmptyList url={url} set={set} filters={FILTERS} icon={icon}>
            <Empty title={t('audit.none')} icon={icon} />
          </EmptyList>
        }
      >
        {(items) => (
          <ScrollX>
            <table className="data cards">
              <thead>
                <tr>
                  <th>{t('audit.when')}</th>
                  <th>{t('audit.who')}</th>
                  <th>{t('audit.action')}</th>
                  <th>{t('audit.object')}</th>
                  <th>{t('audit.result')}</th>
                  <th>{t('audit.details')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((line) => (
                  <Row key={line.id} line={line} url={url} say={say(line.object)} />
                ))}
              </tbody>
            </table>
          </ScrollX>
        )}
      </List>
    </PageFrame>
  )
}

/** Words and names of the reader's language for what is stored: enumerations, queues, buildings, people, times and numbers. */
function useSay(people: Person[]): (object: string) => Say {
  const { t, i18n } = useTranslation()
  const queueName = useQueueName()
  const buildings = useBuildings()
  return (object) => (field, text) => {
    const group = groupOf(object, field)
    if (group !== null) return word(t, group, text)
    if (text === 'me') return word(t, 'audit.said', text)
    if (field === 'queues' || field === 'queue') return queueName(text)
    if (uuid(text)) return [...buildings, ...people].find(({ id }) => id === text)?.name ?? `${text.slice(0, 8)}…`
    if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return dateTime(text, i18n.language)
    if (/^-?\d+\.\d+$/.test(text)) return number(Number(text), i18n.language)
    return text
  }
}

function actionName(t: ReturnType<typeof useTranslation>['t'], action: string): string {
  return word(t, 'audit.actions', action as AuditAction)
}

function Row({ line, url, say }: { line: AuditLine; url: Record<string, string>; say: Say }) {
  const { t } = useTranslation()
  return (
    <tr>
      <td>
        <When at={line.at} />
        {line.count > 1 && <div className="muted small">{t('audit.times', { count: line.count })}</div>}
      </td>
      <td style={{ maxWidth: 220 }}>
        <Cut lines={2}>{line.actor?.name ?? t('audit.nobody')}</Cut>
        <div className="muted small">
          {[line.address, line.token_id && t('audit.by_token')].filter(Boolean).join(' · ')}
        </div>
      </td>
      <td>{actionName(t, line.action)}</td>
      <td>
        {line.object_id ? (
          <Link to={paths.audit({ ...url, object: line.object, id: line.object_id })} title={line.object_id}>
            {word(t, 'audit.objects', line.object)}
          </Link>
        ) : (
          word(t, 'audit.objects', line.object)
        )}
      </td>
      <td>
        <Result status={line.status} />
      </td>
      <td className="wide">
        {line.changes.map((change) => (
          <div key={change.field}>
            <span className="muted">{word(t, 'problem.field', change.field)}: </span>
            {shownValue(change.before, change.field, say)} → {shownValue(change.after, change.field, say)}
          </div>
        ))}
        {shownDetails(line.details, say).map(([name, value]) => (
          <div key={name} className="muted small">
            {word(t, 'audit.detail', name)}: {value}
          </div>
        ))}
      </td>
    </tr>
  )
}

function Result({ status }: { status: number | null }) {
  const { t } = useTranslation()
  if (status === null || status < 400) return <Badge variant="light">{t('audit.done')}</Badge>
  const refused = word(t, 'audit.status', String(status))
  return (
    <Badge color="red" variant="light">
      {refused}
    </Badge>
  )
}
