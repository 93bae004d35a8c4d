import { Checkbox, Select, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { freshen } from '../../api/query'
import type { BuildingKind, BuildingLine, BuildingStatus, PowerSupply } from '../../api/types'
import { word } from '../../i18n'
import { EditDialog } from '../../ui/EditDialog'
import { LINE, oneLine, TEXT } from '../../ui/limits'
import { textFault } from '../../ui/textFault'
import { toast } from '../../ui/toast'
import { useEdit } from '../../ui/useEdit'

const KINDS: BuildingKind[] = ['residential', 'apartments', 'business', 'parking', 'village']
const STATUSES: BuildingStatus[] = ['active', 'onboarding', 'archived']
const POWER: PowerSupply[] = ['one_source', 'two_sources']
/** Zones of Russia, from west to east: one name for each offset. */
const ZONES = [
  'Europe/Kaliningrad',
  'Europe/Moscow',
  'Europe/Samara',
  'Asia/Yekaterinburg',
  'Asia/Omsk',
  'Asia/Krasnoyarsk',
  'Asia/Irkutsk',
  'Asia/Yakutsk',
  'Asia/Vladivostok',
  'Asia/Magadan',
  'Asia/Kamchatka',
]

type Values = Pick<
  BuildingLine,
  | 'id'
  | 'code'
  | 'name'
  | 'address'
  | 'kind'
  | 'status'
  | 'timezone'
  | 'power_supply'
  | 'has_concierge'
  | 'emergency_notes'
>

function valuesOf(building: BuildingLine | null): Values {
  if (building === null)
    return {
      id: crypto.randomUUID(),
      code: '',
      name: '',
      address: '',
      kind: 'residential',
      status: 'active',
      timezone: 'Europe/Moscow',
      power_supply: 'one_source',
      has_concierge: false,
      emergency_notes: '',
    }
  const { id, code, name, address, kind, status, timezone, power_supply, has_concierge, emergency_notes } = building
  return { id, code, name, address, kind, status, timezone, power_supply, has_concierge, emergency_notes }
}

/** What is known of a house as a whole. Its inside has a page of its own. */
export function EditBuilding({
  building,
  onSaved,
  onClose,
}: {
  building: BuildingLine | null
  onSaved: (id: string) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const edit = useEdit<Values>({
    draft: `edit.building.${building?.id ?? 'new'}`,
    version: building?.version,
    initial: () => valuesOf(building),
    faults: (values, tried) => ({
      code: !tried || /^\d{3,4}$/.test(values.code.trim()) ? null : t('building.needs_code'),
      name: textFault(t, values.name, LINE, tried && t('form.needed')),
      address: textFault(t, values.address, LINE, tried && t('form.needed')),
      emergency_notes: textFault(t, values.emergency_notes, TEXT),
    }),
    save: async ({ id, ...values }, version) => {
      const body = {
        ...values,
        code: values.code.trim(),
        name: oneLine(values.name),
        address: oneLine(values.address),
        emergency_notes: values.emergency_notes.trim(),
      }
      const saved = building
        ? await api.patch('/buildings/{id}', { params: { path: { id } }, body: { ...body, version } })
        : await api.post('/buildings', { body: { ...body, id } })
      freshen('buildings')
      toast.done(t('building.saved', { name: body.name }))
      onSaved(saved.id)
    },
  })
  const { form } = edit
  return (
    <EditDialog edit={edit} size="lg" title={building ? building.name : t('building.add')} onClose={onClose}>
      <div className="pair">
        <TextInput
          data-autofocus
          label={t('building.name')}
          required
          placeholder={t('building.name_hint')}
          {...form.getInputProps('name')}
        />
        <TextInput
          label={t('building.code')}
          required
          placeholder="104"
          inputMode="numeric"
          {...form.getInputProps('code')}
        />
      </div>
      <TextInput label={t('building.address')} required {...form.getInputProps('address')} />
      <div className="pair">
        <Select
          label={t('building.kind')}
          data={KINDS.map((value) => ({ value, label: word(t, 'building.kinds', value) }))}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
        <Select
          label={t('problem.field.status')}
          data={STATUSES.map((value) => ({ value, label: word(t, 'building.statuses', value) }))}
          allowDeselect={false}
          {...form.getInputProps('status')}
        />
        <Select
          label={t('problem.field.timezone')}
          data={[...new Set([form.values.timezone, ...ZONES])].map((value) => ({
            value,
            label: word(t, 'building.zones', value),
          }))}
          allowDeselect={false}
          {...form.getInputProps('timezone')}
        />
        <Select
          label={t('problem.field.power_supply')}
          data={POWER.map((value) => ({ value, label: word(t, 'building.power', value) }))}
          allowDeselect={false}
          {...form.getInputProps('power_supply')}
        />
      </div>
      <Textarea
        label={t('problem.field.emergency_notes')}
        placeholder={t('building.notes_hint')}
        autosize
        minRows={2}
        maxRows={8}
        {...form.getInputProps('emergency_notes')}
      />
      <Checkbox
        size="xs"
        label={t('building.concierge')}
        {...form.getInputProps('has_concierge', { type: 'checkbox' })}
      />
    </EditDialog>
  )
}
