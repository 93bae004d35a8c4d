import { Button, Checkbox, Modal, Select, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import { asProblem, newerOf } from '../../api/problem'
import { freshen } from '../../api/query'
import type { Building, BuildingLine } from '../../api/types'
import { word } from '../../i18n'
import { useDraft } from '../../ui/drafts'
import { excess, LINE, oneLine, TEXT } from '../../ui/limits'
import { toFirstFault } from '../../ui/toFirstFault'
import { toast } from '../../ui/toast'
import { ProblemNote } from '../../ui/Wait'

const KINDS = ['residential', 'apartments', 'business', 'parking', 'village'] as const
const STATUSES = ['active', 'onboarding', 'archived'] as const
const POWER = ['one_source', 'two_sources'] as const
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
  'id' | 'code' | 'name' | 'address' | 'kind' | 'status' | 'timezone' | 'power_supply' | 'has_concierge' | 'version'
> & { emergency_notes: string }

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
      version: 0,
      emergency_notes: '',
    }
  const { id, code, name, address, kind, status, timezone, power_supply, has_concierge, version } = building
  return {
    id,
    code,
    name,
    address,
    kind,
    status,
    timezone,
    power_supply,
    has_concierge,
    version,
    emergency_notes: building.emergency_notes ?? '',
  }
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
  const draft = useDraft<Values>(`building.${building?.id ?? 'new'}`, () => valuesOf(building))
  const values = draft.value
  const set = (changes: Partial<Values>) => draft.set((old) => ({ ...old, ...changes }))
  const [complain, setComplain] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const line = (text: string) =>
    complain && text.trim() === ''
      ? t('form.needed')
      : excess(text, LINE) > 0
        ? t('form.too_long', { count: excess(text, LINE) })
        : null
  const wrong = {
    code: /^\d{3,4}$/.test(values.code.trim()) ? null : t('building.needs_code'),
    name: line(values.name),
    address: line(values.address),
    notes:
      excess(values.emergency_notes, TEXT) > 0
        ? t('form.too_long', { count: excess(values.emergency_notes, TEXT) })
        : null,
  }
  const ready =
    values.name.trim() !== '' && values.address.trim() !== '' && Object.values(wrong).every((each) => each === null)
  const save = async () => {
    setComplain(true)
    if (busy) return
    if (!ready) return toFirstFault()
    setBusy(true)
    setError(null)
    const { id, version, ...rest } = values
    const body = {
      ...rest,
      code: values.code.trim(),
      name: oneLine(values.name),
      address: oneLine(values.address),
      emergency_notes: values.emergency_notes.trim(),
    }
    try {
      const saved = building
        ? await api.patch('/buildings/{id}', { params: { path: { id } }, body: { ...body, version } })
        : await api.post('/buildings', { body: { ...body, id } })
      draft.clear()
      freshen('buildings')
      toast.done(t('building.saved', { name: body.name }))
      onSaved(saved.id)
    } catch (failed) {
      const current = newerOf<Building>(failed)
      if (current !== null) set({ version: current.version })
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={building ? building.name : t('building.add')}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
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
            label={t('building.name')}
            required
            placeholder={t('building.name_hint')}
            error={wrong.name}
            value={values.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label={t('building.code')}
            required
            placeholder="104"
            inputMode="numeric"
            error={complain ? wrong.code : null}
            value={values.code}
            onChange={(event) => set({ code: event.currentTarget.value })}
          />
        </div>
        <TextInput
          label={t('building.address')}
          required
          error={wrong.address}
          value={values.address}
          onChange={(event) => set({ address: event.currentTarget.value })}
        />
        <div className="pair">
          <Select
            label={t('building.kind')}
            data={KINDS.map((value) => ({ value, label: word(t, 'building.kinds', value) }))}
            value={values.kind}
            onChange={(kind) => set({ kind: kind ?? 'residential' })}
          />
          <Select
            label={t('problem.field.status')}
            data={STATUSES.map((value) => ({ value, label: word(t, 'building.statuses', value) }))}
            value={values.status}
            onChange={(status) => set({ status: status ?? 'active' })}
          />
          <Select
            label={t('problem.field.timezone')}
            data={[...new Set([values.timezone, ...ZONES])].map((value) => ({
              value,
              label: word(t, 'building.zones', value),
            }))}
            value={values.timezone}
            onChange={(timezone) => set({ timezone: timezone ?? 'Europe/Moscow' })}
          />
          <Select
            label={t('problem.field.power_supply')}
            data={POWER.map((value) => ({ value, label: word(t, 'building.power', value) }))}
            value={values.power_supply}
            onChange={(power) => set({ power_supply: power ?? 'one_source' })}
          />
        </div>
        <Textarea
          label={t('problem.field.emergency_notes')}
          placeholder={t('building.notes_hint')}
          autosize
          minRows={2}
          maxRows={8}
          error={wrong.notes}
          value={values.emergency_notes}
          onChange={(event) => set({ emergency_notes: event.currentTarget.value })}
        />
        <Checkbox
          size="xs"
          label={t('building.concierge')}
          checked={values.has_concierge}
          onChange={(event) => set({ has_concierge: event.currentTarget.checked })}
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
