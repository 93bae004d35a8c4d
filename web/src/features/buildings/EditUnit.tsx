import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { asProblem, newerOf } from '../../api/problem'
import { freshen } from '../../api/query'
import type { Unit } from '../../api/types'
import { word } from '../../i18n'
import { useDraft } from '../../ui/drafts'
import { unitName } from '../../ui/unitName'
import { toast } from '../../ui/toast'
import { ProblemNote } from '../../ui/Wait'
import { UNIT_KINDS } from './grid'

const STATES = ['occupied', 'vacant', 'unknown'] as const
const LABEL = 20

/** A flat under another number is still the same flat: residents and tickets stay. */
export function EditUnit({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const { t } = useTranslation()
  const draft = useDraft(`unit.${unit.id}`, () => ({
    label: unit.label,
    kind: unit.kind,
    state: unit.state,
    area: String(unit.area ?? ''),
    rooms: String(unit.rooms ?? ''),
    version: unit.version,
  }))
  const values = draft.value
  const set = (changes: Partial<typeof values>) => draft.set((old) => ({ ...old, ...changes }))
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const area = values.area.trim() === '' ? null : Number(values.area.replace(',', '.'))
  const rooms = values.rooms.trim() === '' ? null : Number(values.rooms)
  const wrong = {
    label:
      values.label.trim() === ''
        ? t('form.needed')
        : [...values.label.trim()].length > LABEL
          ? t('form.too_long', { count: [...values.label.trim()].length - LABEL })
          : null,
    area: area === null || (area > 0 && area <= 100_000) ? null : t('unit.needs_area'),
    rooms: rooms === null || (Number.isInteger(rooms) && rooms >= 0 && rooms <= 1000) ? null : t('unit.needs_rooms'),
  }
  const save = async () => {
    if (busy || Object.values(wrong).some((each) => each !== null)) return
    setBusy(true)
    setError(null)
    try {
      await api.patch('/units/{id}', {
        params: { path: { id: unit.id } },
        body: {
          version: values.version,
          label: values.label.trim(),
          kind: values.kind,
          state: values.state,
          area,
          rooms,
        },
      })
      draft.clear()
      freshen('buildings')
      freshen('units')
      toast.done(t('unit.saved', { unit: unitName(t, { label: values.label.trim(), kind: values.kind }) }))
      onClose()
    } catch (failed) {
      const current = newerOf<Unit>(failed)
      if (current !== null) set({ version: current.version })
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={unitName(t, unit)} closeButtonProps={{ 'aria-label': t('do.close') }}>
      <form
        className="stack"
        style={{ gap: 12 }}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        {draft.restored && (
          <div className="row">
            <span className="muted small" role="status">
              {t('desk.restored')}
            </span>
            <Button variant="subtle" size="compact-xs" onClick={() => draft.clear()}>
              {t('desk.discard')}
            </Button>
          </div>
        )}
        <div className="pair">
          <TextInput
            data-autofocus
            label={t('problem.field.label')}
            required
            error={wrong.label}
            value={values.label}
            onChange={(event) => set({ label: event.currentTarget.value })}
          />
          <Select
            label={t('building.kind')}
            data={UNIT_KINDS.map((kind) => ({ value: kind, label: word(t, 'unit.kinds', kind) }))}
            value={values.kind}
            onChange={(kind) => set({ kind: kind ?? 'flat' })}
          />
          <TextInput
            label={t('unit.area')}
            inputMode="decimal"
            error={wrong.area}
            value={values.area}
            onChange={(event) => set({ area: event.currentTarget.value })}
          />
          <TextInput
            label={t('unit.rooms')}
            inputMode="numeric"
            error={wrong.rooms}
            value={values.rooms}
            onChange={(event) => set({ rooms: event.currentTarget.value })}
          />
        </div>
        <Select
          label={t('problem.field.state')}
          data={STATES.map((state) => ({ value: state, label: word(t, 'unit.states', state) }))}
          value={values.state}
          onChange={(state) => set({ state: state ?? 'unknown' })}
        />
        {error !== null &&
          (asProblem(error).slug === 'stale' ? (
            <div className="paper pad" role="alert">
              <b>{t('conflict.title')}</b>
              <div>{t('conflict.save_again')}</div>
            </div>
          ) : (
            <ProblemNote error={error} />
          ))}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('do.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('do.save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
