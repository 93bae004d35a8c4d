import { Button, Checkbox } from '@mantine/core'
import { IconBuilding, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'

import { word } from '../../i18n'
import { useMyself } from '../../nouns/me/myself'
import { paths } from '../../paths'
import { StrayFilters } from '../../ui/filters'
import { Link, useGo } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { Cut } from '../../ui/Small'
import { Empty, Loaded } from '../../ui/Wait'
import { ScrollX } from '../../ui/ScrollX'
import { among, useUrl } from '../../ui/url'
import { EditBuilding } from './EditBuilding'

export function BuildingsPage() {
  const { t } = useTranslation()
  const tickets = useMyself().permissions.includes('tickets.read')
  const may = useMyself().permissions.includes('buildings.edit')
  const [url, set] = useUrl()
  const go = useGo()
  const status = url.status === 'all' ? 'all' : undefined
  const buildings = useQuery({
    queryKey: ['buildings', 'list', status],
    queryFn: () => api.get('/buildings', { params: { query: { status } } }),
  })
  return (
    <PageFrame
      title={t('place.buildings')}
      actions={
        may && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => set({ edit: 'new' })}>
            {t('building.add')}
          </Button>
        )
      }
      filters={
        may && (
          <Checkbox
            size="xs"
            label={t('building.with_archived')}
            checked={status === 'all'}
            onChange={(event) => set({ status: event.currentTarget.checked ? 'all' : null })}
          />
        )
      }
    >
      <StrayFilters url={url} set={set} read={{ status: among(['all'], url.status), edit: among(['new'], url.edit) }} />
      <div className="paper">
        <Loaded
          query={buildings}
          empty={{
            when: (page) => page.items.length === 0,
            show: (
              <Empty
                title={t('building.none')}
                hint={t(may ? 'building.none_hint_admin' : 'building.none_hint')}
                icon={<IconBuilding size={32} stroke={1.3} />}
              >
                {may && (
                  <Button variant="default" onClick={() => set({ edit: 'new' })}>
                    {t('building.add')}
                  </Button>
                )}
              </Empty>
            ),
          }}
        >
          {(page) => (
            <ScrollX>
              <table className="data cards">
                <thead>
                  <tr>
                    <th>{t('building.code')}</th>
                    <th>{t('building.name')}</th>
                    <th>{t('building.address')}</th>
                    <th>{t('building.kind')}</th>
                    <th className="num">{t('building.units')}</th>
                    {tickets && <th className="num">{t('building.open')}</th>}
                  </tr>
                </thead>
                <tbody>
                  {page.items.map((building) => (
                    <tr key={building.id}>
                      <td className="num" style={{ textAlign: 'left' }}>
                        {building.code}
                      </td>
                      <td>
                        <Link to={paths.building(building.id)}>{building.name}</Link>
                        {building.status !== 'active' && (
                          <span className="muted small"> · {word(t, 'building.statuses', building.status)}</span>
                        )}
                      </td>
                      <td className="wide" style={{ maxWidth: 420 }}>
                        <Cut>{building.address}</Cut>
                      </td>
                      <td>{word(t, 'building.kinds', building.kind)}</td>
                      <td className="num" data-label={t('building.units')}>
                        {building.units}
                      </td>
                      {tickets && (
                        <td className="num" data-label={t('building.open')}>
                          {building.open_tickets > 0 ? (
                            <Link to={paths.tickets({ building: building.id })}>{building.open_tickets}</Link>
                          ) : (
                            <span className="muted">0</span>
                          )}
                        </td>
                      )}
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollX>
          )}
        </Loaded>
      </div>
      {may && url.edit === 'new' && (
        <EditBuilding
          building={null}
          onClose={() => set({ edit: null })}
          onSaved={(id) => go(paths.buildingGrid(id), { replace: true })}
        />
      )}
    </PageFrame>
  )
}
