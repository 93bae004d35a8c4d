import { api } from '../../api/client'
import { Badge, Button, Checkbox } from '@mantine/core'
import { IconPlus, IconTags } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { word } from '../../i18n'
import { EmptyList, SearchField, StrayFilters } from '../../ui/filters'
import { List } from '../../ui/List'
import { useList } from '../../ui/useList'
import { paths } from '../../paths'
import { Link } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { ScrollX } from '../../ui/ScrollX'
import { Cut, Priority } from '../../ui/Small'
import { among, useUrl, uuid } from '../../ui/url'
import { Empty } from '../../ui/Wait'
import { inWords } from '../../nouns/classifiers/classifierWords'
import { EditClassifier } from './EditClassifier'

/** What callers ask for: from it follow the kind, the priority and the deadlines of a ticket. */
export function ClassifiersPage() {
  const { t, i18n } = useTranslation()
  const [url, set] = useUrl()
  const list = useList('classifiers', { q: url.q, inactive: url.inactive === 'yes' || undefined }, (query) =>
    api.get('/classifiers', { params: { query } }),
  )
  const icon = <IconTags size={32} stroke={1.3} />
  return (
    <PageFrame
      title={t('place.classifiers')}
      note={t('classifier.about')}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set({ edit: 'new' })}>
          {t('classifier.add')}
        </Button>
      }
      filters={
        <>
          <SearchField url={url} set={set} label={t('classifier.search')} />
          <Checkbox
            size="xs"
            label={t('classifier.with_inactive')}
            checked={url.inactive === 'yes'}
            onChange={(event) => set({ inactive: event.currentTarget.checked ? 'yes' : null })}
          />
        </>
      }
    >
      <StrayFilters
        url={url}
        set={set}
        read={{ q: url.q, inactive: among(['yes'], url.inactive), edit: among(['new'], url.edit) ?? uuid(url.edit) }}
      />
      <List
        list={list}
        empty={
          <EmptyList url={url} set={set} filters={['q']} icon={icon}>
            <Empty title={t('classifier.none')} hint={t('classifier.none_hint')} icon={icon} />
          </EmptyList>
        }
      >
        {(items) => (
          <ScrollX>
            <table className="data cards">
              <thead>
                <tr>
                  <th>{t('classifier.problem')}</th>
                  <th>{t('classifier.category')}</th>
                  <th>{t('classifier.place')}</th>
                  <th>{t('ticket.kind')}</th>
                  <th>{t('ticket.priority')}</th>
                  <th>{t('classifier.profile')}</th>
                  <th>
                    <span className="visually-hidden">{t('person.state')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((each) => {
                  const { place, category, problem } = inWords(each, i18n.language)
                  return (
                    <tr key={each.id}>
                      <td className="wide" style={{ maxWidth: 340 }}>
                        <Link to={paths.classifiers({ ...url, edit: each.id })}>
                          <Cut>{problem}</Cut>
                        </Link>
                        {each.law_hint && (
                          <div className="muted small">
                            <Cut lines={2}>{each.law_hint}</Cut>
                          </div>
                        )}
                      </td>
                      <td>{category}</td>
                      <td>{place}</td>
                      <td>{word(t, 'ticket.kinds', each.kind)}</td>
                      <td>
                        <Priority value={each.priority} />
                      </td>
                      <td>{word(t, 'classifier.profiles', each.profile)}</td>
                      <td>
                        {!each.active && (
                          <Badge color="gray" variant="outline">
                            {t('classifier.inactive')}
                          </Badge>
                        )}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </ScrollX>
        )}
      </List>
      {(url.edit === 'new' || uuid(url.edit)) && (
        <EditClassifier key={url.edit} id={uuid(url.edit) ?? null} onClose={() => set({ edit: null })} />
      )}
    </PageFrame>
  )
}
