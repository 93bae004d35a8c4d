import { ActionIcon, Button, Select, Textarea, TextInput } from '@mantine/core'
import { IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { asProblem } from '../../api/problem'
import { freshen, queryClient } from '../../api/query'
import type { Building, UnitKind } from '../../api/types'
import { word } from '../../i18n'
import { paths } from '../../paths'
import { DraftNote } from '../../ui/DraftNote'
import { useDraft } from '../../ui/drafts'
import { useKeys } from '../../ui/keys'
import { Link, useGo } from '../../ui/Link'
import { PageFrame } from '../../ui/PageFrame'
import { toast } from '../../ui/toast'
import { useId } from '../../ui/url'
import { Empty, Loaded, ProblemNote } from '../../ui/Wait'
import {
  faultOf,
  type FloorDraft,
  fromBuilding,
  type GridDraft,
  type Plan,
  planned,
  RISER_KINDS,
  SECTION_KINDS,
  type SectionDraft,
  toGrid,
  UNIT_KINDS,
} from './grid'
import css from './GridPage.module.css'

const newId = () => crypto.randomUUID()

/** The inside of a building, typed as lines: floors and their numbers. Saved as a whole or not at all. */
export function GridPage() {
  const id = useId()
  const building = useQuery({
    queryKey: ['buildings', id],
    queryFn: () => api.get('/buildings/{id}', { params: { path: { id } } }),
  })
  return (
    <Loaded query={building} lines={12}>
      {(data) => <Editor building={data} />}
    </Loaded>
  )
}

function Editor({ building }: { building: Building }) {
  const { t } = useTranslation()
  const go = useGo()
  const draft = useDraft<GridDraft>(`grid.${building.id}`, () => fromBuilding(building))
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const grid = draft.value
  const fault = faultOf(grid, building)
  const set = (action: (old: GridDraft) => GridDraft) => draft.set(action)
  const setSection = (id: string, changes: (old: SectionDraft) => SectionDraft) =>
    set((old) => ({ ...old, sections: old.sections.map((each) => (each.id === id ? changes(each) : each)) }))
  const save = async () => {
    setTried(true)
    if (busy || fault !== null) return
    setBusy(true)
    setError(null)
    try {
      const saved = await api.put('/buildings/{id}/grid', {
        params: { path: { id: building.id } },
        body: toGrid(grid, building, newId),
      })
      queryClient.setQueryData(['buildings', building.id], saved)
      freshen('buildings')
      freshen('units')
      draft.clear()
      toast.done(t('grid.saved', { building: building.name }))
      go(paths.building(building.id))
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  const remove = (action: (old: GridDraft) => GridDraft, said: string) => {
    const before = grid
    set(action)
    toast.done(said, { label: t('do.undo'), run: () => draft.set(before) })
  }
  const stale = error !== null && asProblem(error).slug === 'stale'
  useKeys([{ keys: ['alt+KeyS', 'ctrl+Enter'], label: t('desk.save'), run: () => void save() }])
  return (
    <PageFrame
      title={t('grid.title', { building: building.name })}
      actions={
        <>
          <Button variant="default" onClick={() => go(paths.building(building.id))}>
            {t('do.cancel')}
          </Button>
          <Button loading={busy} onClick={() => void save()}>
            {t('do.save')}
            <span className="key-hint">Alt S</span>
          </Button>
        </>
      }
    >
      <span className="muted">
        {t('grid.how')} <Link to={paths.building(building.id)}>{t('grid.back')}</Link>
      </span>
      {draft.restored && <DraftNote onDiscard={draft.clear} />}
      {stale && (
        <div className="paper pad stack" role="alert">
          <b>{t('conflict.title')}</b>
          <span>{t('grid.stale')}</span>
          <div>
            <Button
              variant="default"
              onClick={() => {
                draft.clear()
                setError(null)
                void queryClient.invalidateQueries({ queryKey: ['buildings', building.id] })
              }}
            >
              {t('grid.anew')}
            </Button>
          </div>
        </div>
      )}
      {error !== null && !stale && <ProblemNote error={error} />}
      {tried && fault !== null && (
        <div className="paper pad" role="alert" style={{ color: 'var(--ld-breach)' }}>
          {fault.is === 'nameless' ? t('grid.fault.nameless') : t(`grid.fault.${fault.is}`, { label: fault.label })}
        </div>
      )}
      {grid.sections.length === 0 && (
        <div className="paper">
          <Empty title={t('grid.none')} hint={t('grid.none_hint')} />
        </div>
      )}
      {grid.sections.map((section) => (
        <SectionLines
          key={section.id}
          section={section}
          set={(action) => setSection(section.id, action)}
          onRemove={() =>
            remove(
              (old) => ({ ...old, sections: old.sections.filter((each) => each.id !== section.id) }),
              t('grid.section_removed', { name: section.name }),
            )
          }
        />
      ))}
      <NewSection
        count={grid.sections.length}
        building={building}
        onAdd={(plan) => set((old) => ({ ...old, sections: [...old.sections, planned(plan, newId)] }))}
      />
      <section className="paper" aria-label={t('grid.risers')}>
        <h2>{t('grid.risers')}</h2>
        <div className="stack pad">
          {grid.risers.map((riser, at) => (
            <div key={riser.id} className={css.riser}>
              <Select
                aria-label={t('building.riser')}
                data={RISER_KINDS.map((kind) => ({ value: kind, label: word(t, 'building.risers', kind) }))}
                value={riser.kind}
                onChange={(kind) =>
                  set((old) => ({
                    ...old,
                    risers: old.risers.map((each, index) =>
                      index === at ? { ...each, kind: kind ?? 'riser_cold' } : each,
                    ),
                  }))
                }
              />
              <TextInput
                aria-label={t('grid.riser_name')}
                placeholder={t('grid.riser_name')}
                error={tried && riser.name.trim() === ''}
                value={riser.name}
                onChange={(event) => {
                  const name = event.currentTarget.value
                  set((old) => ({
                    ...old,
                    risers: old.risers.map((each, index) => (index === at ? { ...each, name } : each)),
                  }))
                }}
              />
              <TextInput
                aria-label={t('grid.riser_units', { name: riser.name })}
                placeholder="1, 5, 9, 13"
                value={riser.labels}
                onChange={(event) => {
                  const labels = event.currentTarget.value
                  set((old) => ({
                    ...old,
                    risers: old.risers.map((each, index) => (index === at ? { ...each, labels } : each)),
                  }))
                }}
              />
              <ActionIcon
                aria-label={t('grid.remove', { name: riser.name })}
                onClick={() =>
                  remove(
                    (old) => ({ ...old, risers: old.risers.filter((each) => each.id !== riser.id) }),
                    t('grid.removed', { name: riser.name }),
                  )
                }
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </div>
          ))}
          <div>
            <Button
              variant="subtle"
              leftSection={<IconPlus size={15} aria-hidden />}
              onClick={() =>
                set((old) => ({
                  ...old,
                  risers: [...old.risers, { id: newId(), kind: 'riser_cold', name: '', labels: '' }],
                }))
              }
            >
              {t('grid.add_riser')}
            </Button>
          </div>
        </div>
      </section>
    </PageFrame>
  )
}

function SectionLines({
  section,
  set,
  onRemove,
}: {
  section: SectionDraft
  set: (action: (old: SectionDraft) => SectionDraft) => void
  onRemove: () => void
}) {
  const { t } = useTranslation()
  const setFloor = (id: string, changes: Partial<FloorDraft>) =>
    set((old) => ({ ...old, floors: old.floors.map((each) => (each.id === id ? { ...each, ...changes } : each)) }))
  const top = section.floors[0]
  const above = (): FloorDraft => ({
    id: newId(),
    name: top && /^-?\d+$/.test(top.name.trim()) ? String(Number(top.name) + 1) : '',
    labels: '',
    kind: top?.kind ?? 'flat',
  })
  return (
    <section className="paper" aria-label={t('grid.section', { name: section.name })}>
      <div className={`row wrap pad ${css.head}`}>
        <TextInput
          label={t('grid.section_name')}
          value={section.name}
          onChange={(event) => {
            const name = event.currentTarget.value
            set((old) => ({ ...old, name }))
          }}
        />
        <Select
          label={t('grid.section_kind')}
          data={SECTION_KINDS.map((kind) => ({ value: kind, label: word(t, 'grid.section_kinds', kind) }))}
          value={section.kind}
          onChange={(kind) => set((old) => ({ ...old, kind: kind ?? 'section' }))}
        />
        <span className="grow" />
        <Button
          variant="subtle"
          leftSection={<IconArrowUp size={15} aria-hidden />}
          onClick={() => set((old) => ({ ...old, floors: [above(), ...old.floors] }))}
        >
          {t('grid.floor_above')}
        </Button>
        <Button variant="subtle" color="red" leftSection={<IconTrash size={15} aria-hidden />} onClick={onRemove}>
          {t('grid.remove_section')}
        </Button>
      </div>
      <div className="stack pad" style={{ gap: 4 }}>
        <div className={`${css.floor} muted small`} aria-hidden>
          <span>{t('grid.floor')}</span>
          <span>{t('grid.units')}</span>
          <span>{t('grid.new_kind')}</span>
          <span />
        </div>
        {section.floors.map((floor) => (
          <div key={floor.id} className={css.floor}>
            <TextInput
              aria-label={t('grid.floor_name', { name: floor.name })}
              value={floor.name}
              onChange={(event) => setFloor(floor.id, { name: event.currentTarget.value })}
            />
            <Textarea
              aria-label={t('grid.units_of', { name: floor.name })}
              autosize
              minRows={1}
              value={floor.labels}
              onChange={(event) => setFloor(floor.id, { labels: event.currentTarget.value })}
            />
            <Select
              aria-label={t('grid.new_kind')}
              data={UNIT_KINDS.map((kind) => ({ value: kind, label: word(t, 'unit.kinds', kind) }))}
              value={floor.kind}
              onChange={(kind) => setFloor(floor.id, { kind: kind ?? 'flat' })}
            />
            <ActionIcon
              aria-label={t('grid.remove', { name: t('unit.floor_n', { name: floor.name }) })}
              onClick={() => set((old) => ({ ...old, floors: old.floors.filter((each) => each.id !== floor.id) }))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </div>
        ))}
      </div>
    </section>
  )
}

/** Most houses are regular: a whole section by a few numbers. */
function NewSection({ count, building, onAdd }: { count: number; building: Building; onAdd: (plan: Plan) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState({ name: '', from: '1', to: '9', each: '4', first: '1' })
  const [kind, setKind] = useState<UnitKind>(
    building.kind === 'apartments' ? 'apartment' : building.kind === 'parking' ? 'parking' : 'flat',
  )
  const number = (text: string) => (/^-?\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN)
  const plan: Plan = {
    name: typed.name.trim() || String(count + 1),
    from: number(typed.from),
    to: number(typed.to),
    each: number(typed.each),
    first: number(typed.first),
    kind,
  }
  const fits =
    plan.to >= plan.from && plan.to - plan.from < 200 && plan.each >= 0 && plan.each <= 100 && plan.first >= 0
  const field = (name: keyof typeof typed, label: string, placeholder?: string) => (
    <TextInput
      label={label}
      placeholder={placeholder}
      inputMode={name === 'name' ? undefined : 'numeric'}
      w={name === 'name' ? 130 : 96}
      value={typed[name]}
      onChange={(event) => {
        const text = event.currentTarget.value
        setTyped((old) => ({ ...old, [name]: text }))
      }}
    />
  )
  return (
    <section className="paper" aria-label={t('grid.add_section')}>
      <h2>{t('grid.add_section')}</h2>
      <form
        className="row wrap pad"
        style={{ alignItems: 'flex-end' }}
        onSubmit={(event) => {
          event.preventDefault()
          if (!fits) return
          onAdd(plan)
          setTyped((old) => ({ ...old, name: '', first: String(plan.first + (plan.to - plan.from + 1) * plan.each) }))
        }}
      >
        {field('name', t('grid.section_name'), String(count + 1))}
        {field('from', t('grid.from_floor'))}
        {field('to', t('grid.to_floor'))}
        {field('each', t('grid.each'))}
        {field('first', t('grid.first'))}
        <Select
          label={t('building.kind')}
          w={150}
          data={UNIT_KINDS.map((each) => ({ value: each, label: word(t, 'unit.kinds', each) }))}
          value={kind}
          onChange={(chosen) => setKind(chosen ?? 'flat')}
        />
        <Button type="submit" variant="default" disabled={!fits} leftSection={<IconPlus size={15} aria-hidden />}>
          {t('grid.add')}
        </Button>
        {fits && (
          <span className="muted small">{t('grid.will_add', { count: (plan.to - plan.from + 1) * plan.each })}</span>
        )}
      </form>
    </section>
  )
}
