import { api } from '../../api/client'
import { Badge, Button } from '@mantine/core'
import { IconPlus, IconUsers } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Person } from '../../api/types'
import { word } from '../../i18n'
import { useBuildings } from '../../nouns/buildings/useBuildings'
import { useQueueName } from '../../nouns/queues/useQueueName'
import { StrayFilters } from '../../ui/filters'
import { List } from '../../ui/List'
import { useList } from '../../ui/useList'
import { PageFrame } from '../../ui/PageFrame'
import { Cut } from '../../ui/Small'
import { useUrl } from '../../ui/url'
import { Empty } from '../../ui/Wait'
import { ScrollX } from '../../ui/ScrollX'
import { EditPerson } from './EditPerson'

export function PeoplePage() {
  const { t } = useTranslation()
  const [url, set] = useUrl()
  const queueName = useQueueName()
  const buildings = useBuildings()
  const placesOf = (person: Person) =>
    person.buildings.map((id) => buildings.find((each) => each.id === id)?.name ?? '…').join(', ') ||
    t('person.all_buildings')
  const list = useList('people', {}, (query) => api.get('/people', { params: { query } }))
  const editing = url.edit === 'new' ? null : list.items?.find((person) => person.id === url.edit)
  return (
    <PageFrame
      title={t('place.people')}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set({ edit: 'new' })}>
          {t('person.add')}
        </Button>
      }
    >
      <StrayFilters
        url={url}
        set={set}
        read={{ edit: url.edit === 'new' || list.items === undefined || list.hasNextPage ? url.edit : editing?.id }}
      />
      <List list={list} empty={<Empty title={t('person.none')} icon={<IconUsers size={32} stroke={1.3} />} />}>
        {(items) => (
          <ScrollX>
            <table className="data cards">
              <thead>
                <tr>
                  <th>{t('person.name')}</th>
                  <th>{t('person.login')}</th>
                  <th>{t('person.role')}</th>
                  <th>{t('person.extension')}</th>
                  <th>{t('person.queues_or_buildings')}</th>
                  <th>{t('person.state')}</th>
                </tr>
              </thead>
              <tbody>
                {items.map((person) => (
                  <tr key={person.id}>
                    <td style={{ maxWidth: 260 }}>
                      <button
                        type="button"
                        className="link"
                        style={{
                          background: 'none',
                          border: 0,
                          padding: 0,
                          font: 'inherit',
                          color: 'var(--mantine-color-anchor)',
                          cursor: 'pointer',
                          textAlign: 'left',
                        }}
                        onClick={() => set({ edit: person.id })}
                      >
                        <Cut lines={2}>{person.name}</Cut>
                      </button>
                    </td>
                    <td>{person.login}</td>
                    <td>{word(t, 'role', person.role)}</td>
                    <td className="num" style={{ textAlign: 'left' }}>
                      {person.extension ?? '—'}
                    </td>
                    <td className="wide">
                      {person.role === 'technician'
                        ? placesOf(person)
                        : person.queues.map((queue) => queueName(queue)).join(', ') || '—'}
                    </td>
                    <td>
                      {person.active === false ? (
                        <Badge color="gray" variant="outline">
                          {t('person.inactive')}
                        </Badge>
                      ) : (
                        <Badge>{t('person.active')}</Badge>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollX>
        )}
      </List>
      {url.edit && (url.edit === 'new' || editing) && (
        <EditPerson key={url.edit} person={editing ?? null} onClose={() => set({ edit: null })} />
      )}
    </PageFrame>
  )
}
