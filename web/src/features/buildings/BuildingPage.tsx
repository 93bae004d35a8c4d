import { ActionIcon, Button, SegmentedControl, Select } from '@mantine/core'
import { IconAlertTriangle, IconLayoutGrid, IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import type { Building, UnitView } from '../../api/types'
import { word } from '../../i18n'
import { TicketItem } from '../../nouns/tickets/lines'
import { useMyself } from '../../nouns/me/myself'
import { paths } from '../../paths'
import { StrayFilters } from '../../ui/filters'
import { Link, useGo } from '../../ui/Link'
import { usePageTitle } from '../../ui/PageFrame'
import { sectionName, unitName } from '../../ui/unitName'
import { among, useId, useUrl, uuid } from '../../ui/url'
import { Empty, Loaded } from '../../ui/Wait'
import css from './BuildingPage.module.css'
import { EditBuilding } from './EditBuilding'
import { EditUnit } from './EditUnit'

type Colouring = 'tickets' | 'residents'

/** The grid: sections × floors × units, coloured by what one asks for. */
export function BuildingPage() {
  const id = useId()
  const building = useQuery({
    queryKey: ['buildings', id],
    queryFn: () => api.get('/buildings/{id}', { params: { path: { id } } }),
  })
  return (
    <Loaded query={building} lines={12}>
      {(data) => <WithBuilding building={data} />}
    </Loaded>
  )
}

function WithBuilding({ building }: { building: Building }) {
  const { t } = useTranslation()
  const me = useMyself()
  const may = me.permissions.includes('buildings.edit')
  const go = useGo()
  const [url, set] = useUrl()
  usePageTitle(building.name)
  const by: Colouring = url.by === 'residents' ? 'residents' : 'tickets'
  const riser = building.risers.find((each) => each.id === url.riser)
  const inRiser = new Set(riser?.units)
  return (
    <div className="stack" style={{ gap: 12 }}>
      <div className="row wrap between" style={{ alignItems: 'flex-start' }}>
        <div className="stack tight">
          <h1>{building.name}</h1>
          <span className="muted">
            {[
              building.address,
              t('building.code_is', { code: building.code }),
              word(t, 'building.kinds', building.kind),
              building.status === 'active' ? '' : word(t, 'building.statuses', building.status),
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </div>
        {may && (
          <div className="row wrap">
            <Button
              variant="default"
              leftSection={<IconLayoutGrid size={16} aria-hidden />}
              onClick={() => go(paths.buildingGrid(building.id))}
            >
              {t('grid.edit')}
            </Button>
            <Button leftSection={<IconPencil size={16} aria-hidden />} onClick={() => set({ edit: 'yes' })}>
              {t('do.edit')}
            </Button>
          </div>
        )}
      </div>
      <StrayFilters
        url={url}
        set={set}
        read={{
          by: among(['residents'], url.by),
          riser: riser?.id,
          unit: uuid(url.unit),
          edit: among(['yes'], url.edit),
        }}
      />
      {building.emergency_notes && (
        <div className={css.note}>
          <IconAlertTriangle size={16} aria-hidden /> {building.emergency_notes}
        </div>
      )}
      <div className="row wrap">
        <SegmentedControl
          size="xs"
          aria-label={t('building.colour_by')}
          value={by}
          onChange={(value) => set({ by: value === 'tickets' ? null : value })}
          data={[
            { value: 'tickets', label: t('building.by_tickets') },
            { value: 'residents', label: t('building.by_residents') },
          ]}
        />
        <Select
          aria-label={t('building.riser')}
          w={240}
          value={riser?.id ?? ''}
          onChange={(value) => set({ riser: value || null })}
          data={[
            { value: '', label: t('building.no_riser') },
            ...building.risers.map((each) => ({
              value: each.id,
              label: `${word(t, 'building.risers', each.kind)} · ${each.name}`,
            })),
          ]}
        />
        {me.permissions.includes('tickets.read') && (
          <Link to={paths.tickets({ building: building.id })}>
            {t('building.open_tickets', { count: building.open_tickets })}
          </Link>
        )}
      </div>
      <div className={css.layout}>
        <section className="paper" aria-label={t('building.grid')}>
          {building.sections.length === 0 && (
            <Empty title={t('grid.none')} hint={may ? t('grid.none_hint') : t('building.none_hint')}>
              {may && (
                <Button variant="default" onClick={() => go(paths.buildingGrid(building.id))}>
                  {t('grid.edit')}
                </Button>
              )}
            </Empty>
          )}
          <div className={css.sections} tabIndex={0} role="group" aria-label={t('building.grid')}>
            {building.sections.map((section) => (
              <div key={section.id} className={css.section}>
                {section.floors.map((floor) => (
                  <div key={floor.id} className={css.floor}>
                    <span className={css.floorname}>{floor.name}</span>
                    <div className={css.units}>
                      {floor.units.map((unit) => (
                        <Cell
                          key={unit.id}
                          unit={unit}
                          by={by}
                          marked={inRiser.has(unit.id)}
                          pressed={url.unit === unit.id}
                          onClick={() => set({ unit: url.unit === unit.id ? null : unit.id })}
                        />
                      ))}
                    </div>
                  </div>
                ))}
                <div className="muted small" style={{ paddingLeft: 36 }}>
                  {sectionName(t, section.name)}
                </div>
              </div>
            ))}
          </div>
          <div className={css.legend}>
            <span>
              <span className={css.swatch} />
              {by === 'tickets' ? t('building.legend_none') : t('building.legend_nobody')}
            </span>
            <span>
              <span className={`${css.swatch} ${css.few}`} />
              {by === 'tickets' ? t('building.legend_single') : t('building.legend_some')}
            </span>
            <span>
              <span className={`${css.swatch} ${css.many}`} />
              {by === 'tickets' ? t('building.legend_several') : t('building.legend_crowd')}
            </span>
            {riser && (
              <span>
                <span className={`${css.swatch} ${css.riser}`} />
                {t('building.legend_riser')}
              </span>
            )}
          </div>
        </section>
        {uuid(url.unit) ? (
          <UnitPanel key={url.unit} id={uuid(url.unit) ?? ''} />
        ) : (
          <aside className="paper pad muted" aria-label={t('unit.one')}>
            {t('building.choose_unit')}
          </aside>
        )}
      </div>
      {may && url.edit === 'yes' && (
        <EditBuilding building={building} onClose={() => set({ edit: null })} onSaved={() => set({ edit: null })} />
      )}
    </div>
  )
}

function Cell({
  unit,
  by,
  marked,
  pressed,
  onClick,
}: {
  unit: UnitView
  by: Colouring
  marked: boolean
  pressed: boolean
  onClick: () => void
}) {
  const { t } = useTranslation()
  const count = by === 'tickets' ? unit.open_tickets : unit.residents
  const many = by === 'tickets' ? 2 : 4
  const tone = count >= many ? css.many : count > 0 ? css.few : unit.state === 'vacant' ? css.empty : ''
  const said = `${unitName(t, unit)}: ${t('building.open_tickets', { count: unit.open_tickets })}, ${t('building.residents', { count: unit.residents })}`
  return (
    <button
      type="button"
      className={`${css.unit} ${tone} ${marked ? css.riser : ''}`}
      aria-pressed={pressed}
      aria-label={said}
      title={said}
      onClick={onClick}
    >
      {unit.label}
      {by === 'tickets' && count > 0 && <span className={css.count}>·{count}</span>}
    </button>
  )
}

function UnitPanel({ id }: { id: string }) {
  const { t } = useTranslation()
  const me = useMyself()
  const unit = useQuery({
    queryKey: ['units', id],
    queryFn: () => api.get('/units/{id}', { params: { path: { id } } }),
  })
  const may = me.permissions.includes('buildings.edit')
  const [editing, setEditing] = useState(false)
  const panel = useRef<HTMLElement>(null)
  // On a phone it opens below the grid: who chose a flat wants to see it.
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' })
  }, [id, unit.data])
  return (
    <aside className="paper" ref={panel} aria-label={t('unit.one')}>
      <Loaded query={unit}>
        {(data) => (
          <>
            <div className={css.unitHead}>
              <h2>{unitName(t, data)}</h2>
              {may && (
                <ActionIcon aria-label={t('do.edit')} title={t('do.edit')} onClick={() => setEditing(true)}>
                  <IconPencil size={16} aria-hidden />
                </ActionIcon>
              )}
            </div>
            {editing && <EditUnit unit={data} onClose={() => setEditing(false)} />}
            <div className="stack pad" style={{ gap: 12 }}>
              <span className="muted">
                {[
                  sectionName(t, data.section),
                  data.floor ? t('unit.floor_n', { name: data.floor }) : null,
                  word(t, 'unit.kinds', data.kind),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              <div>
                <h3>{t('unit.residents')}</h3>
                {data.residents.map((resident) => {
                  const name = resident.contact.name
                  return (
                    <div key={resident.contact.id}>
                      {!me.permissions.includes('contacts.read') ? (
                        name
                      ) : (
                        <Link to={paths.contact(resident.contact.id)}>{name}</Link>
                      )}{' '}
                      <span className="muted small">{word(t, 'contact.roles', resident.role)}</span>
                    </div>
                  )
                })}
                {data.residents.length === 0 && <span className="muted">{t('unit.no_residents')}</span>}
              </div>
              <div>
                <h3>{t('unit.tickets')}</h3>
                {data.tickets.map((ticket) => (
                  <TicketItem key={ticket.id} ticket={ticket} />
                ))}
                {data.tickets.length === 0 && <span className="muted">{t('unit.no_tickets')}</span>}
                {me.permissions.includes('tickets.create') && (
                  <div style={{ marginTop: 8 }}>
                    <Link to={paths.newTicket({ unit: data.id })}>{t('ticket.new')}</Link>
                  </div>
                )}
              </div>
            </div>
          </>
        )}
      </Loaded>
    </aside>
  )
}
