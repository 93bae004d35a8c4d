import { Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { Unit, UnitState } from '../../api/types'
import { word } from '../../i18n'
import { EditDialog } from '../../ui/EditDialog'
import { number } from '../../ui/format'
import { textFault } from '../../ui/textFault'
import { toast } from '../../ui/toast'
import { unitName } from '../../ui/unitName'
import { useEdit } from '../../ui/useEdit'
import { UNIT_KINDS } from './grid'

const STATES: UnitState[] = ['occupied', 'vacant', 'unknown']
const LABEL = 20

const areaOf = (typed: string) => (typed.trim() === '' ? null : Number(typed.replace(',', '.')))
const roomsOf = (typed: string) => (typed.trim() === '' ? null : Number(typed))

/** A flat under another number is still the same flat: residents and tickets stay. */
export function EditUnit({ unit, onClose }: { unit: Unit; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const edit = useEdit({
    draft: `edit.unit.${unit.id}`,
    version: unit.version,
    initial: () => ({
      label: unit.label,
      kind: unit.kind,
      state: unit.state,
      area: unit.area === null || unit.area === undefined ? '' : number(unit.area, i18n.language),
      rooms: String(unit.rooms ?? ''),
    }),
    faults: (values) => {
      const [area, rooms] = [areaOf(values.area), roomsOf(values.rooms)]
      const someRooms = rooms === null || (Number.isInteger(rooms) && rooms >= 0 && rooms <= 1000)
      return {
        label: textFault(t, values.label, LABEL, t('form.needed')),
        area: area === null || (area > 0 && area <= 100_000) ? null : t('unit.needs_area'),
        rooms: someRooms ? null : t('unit.needs_rooms'),
      }
    },
    save: async ({ label, kind, state, area, rooms }, version) => {
      const changed = { label: label.trim(), kind, state, area: areaOf(area), rooms: roomsOf(rooms) }
      await api.patch('/units/{id}', { params: { path: { id: unit.id } }, body: { ...changed, version } })
      freshen('buildings')
      freshen('units')
      toast.done(t('unit.saved', { unit: unitName(t, changed) }))
      onClose()
    },
  })
  const { form } = edit
  return (
    <EditDialog edit={edit} title={unitName(t, unit)} onClose={onClose}>
      <div className="pair">
        <TextInput data-autofocus label={t('problem.field.label')} required {...form.getInputProps('label')} />
        <Select
          label={t('building.kind')}
          data={UNIT_KINDS.map((kind) => ({ value: kind, label: word(t, 'unit.kinds', kind) }))}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
        <TextInput label={t('unit.area')} inputMode="decimal" {...form.getInputProps('area')} />
        <TextInput label={t('unit.rooms')} inputMode="numeric" {...form.getInputProps('rooms')} />
      </div>
      <Select
        label={t('problem.field.state')}
        data={STATES.map((state) => ({ value: state, label: word(t, 'unit.states', state) }))}
        allowDeselect={false}
        {...form.getInputProps('state')}
      />
    </EditDialog>
  )
}
