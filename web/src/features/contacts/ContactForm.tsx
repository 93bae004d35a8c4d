import { ActionIcon, Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Contact } from '../../api/types'
import { word } from '../../i18n'
import { UnitPicker } from '../../nouns/units/UnitPicker'
import { phoneDigits } from '../../ui/format'
import { excess, isPhone, LINE, oneLine, TEXT } from '../../ui/limits'
import { PhoneField } from '../../ui/PhoneField'
import { unitName } from '../../ui/unitName'

export interface ContactValues {
  kind: string
  fullName: string
  language: string
  note: string
  phones: { value: string; label: string; shared: boolean }[]
  units: { id: string; label: string; kind?: string; building: { id: string; name: string }; role: string }[]
}

export const nobody: ContactValues = {
  kind: 'person',
  fullName: '',
  language: 'ru',
  note: '',
  phones: [{ value: '', label: '', shared: false }],
  units: [],
}

const ROLES = ['owner', 'tenant', 'resident', 'representative', 'company_staff', 'ex_owner']

export function fromContact(contact: Contact): ContactValues {
  return {
    kind: contact.kind,
    fullName: contact.full_name,
    language: contact.language ?? 'ru',
    note: contact.note ?? '',
    phones: contact.phones.map((each) => ({
      value: each.value,
      label: each.label ?? '',
      shared: each.shared ?? false,
    })),
    units: contact.units.map((unit) => ({ ...unit })),
  }
}

export function toContact(values: ContactValues) {
  return {
    kind: values.kind,
    full_name: oneLine(values.fullName),
    language: values.language,
    note: values.note.trim(),
    phones: values.phones
      .filter((each) => each.value.trim() !== '')
      .map((each) => ({ value: phoneDigits(each.value), label: oneLine(each.label), shared: each.shared })),
    units: values.units.map((unit) => ({ unit_id: unit.id, role: unit.role })),
  }
}

/** May be sent as it is. */
export function completeContact(values: ContactValues): boolean {
  return (
    values.fullName.trim() !== '' &&
    excess(values.fullName, LINE) === 0 &&
    excess(values.note, TEXT) === 0 &&
    values.phones.every((each, index) => phoneFault(values, index) === null && excess(each.label, LINE) === 0)
  )
}

function phoneFault(values: ContactValues, index: number): 'not_a_phone' | 'twice' | null {
  const value = values.phones[index]?.value.trim() ?? ''
  if (value === '') return null
  if (!isPhone(value)) return 'not_a_phone'
  return values.phones.slice(0, index).some((each) => phoneDigits(each.value) === phoneDigits(value)) ? 'twice' : null
}

export function ContactFieldset({
  values,
  set,
  complain,
}: {
  values: ContactValues
  set: (changes: Partial<ContactValues>) => void
  complain: boolean
}) {
  const { t } = useTranslation()
  const phoneAt = (index: number, changes: Partial<ContactValues['phones'][number]>) =>
    set({ phones: values.phones.map((each, at) => (at === index ? { ...each, ...changes } : each)) })
  const tooLong = (text: string, limit: number) =>
    excess(text, limit) > 0 ? t('form.too_long', { count: excess(text, limit) }) : undefined
  const phoneError = (index: number) => {
    const fault = complain ? phoneFault(values, index) : null
    return fault === null ? undefined : t(`form.${fault}`)
  }
  return (
    <div className="stack" style={{ gap: 12 }}>
      <TextInput
        label={t('contact.name')}
        required
        autoFocus
        error={complain && values.fullName.trim() === '' ? t('contact.needs_name') : tooLong(values.fullName, LINE)}
        value={values.fullName}
        onChange={(event) => set({ fullName: event.currentTarget.value })}
      />
      <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 12 }}>
        <Select
          label={t('contact.kind')}
          data={['person', 'company'].map((value) => ({ value, label: word(t, 'contact.kinds', value) }))}
          value={values.kind}
          onChange={(kind) => set({ kind: kind ?? 'person' })}
        />
        <Select
          label={t('contact.language')}
          data={['ru', 'en'].map((value) => ({ value, label: word(t, 'language', value) }))}
          value={values.language}
          onChange={(language) => set({ language: language ?? 'ru' })}
        />
      </div>
      <fieldset style={{ border: '1px solid var(--ld-line)', borderRadius: 7, padding: 10 }} className="stack">
        <legend className="small">{t('contact.phones')}</legend>
        {values.phones.map((each, index) => (
          <div key={index} className="row wrap" style={{ alignItems: 'flex-start' }}>
            <PhoneField
              aria-label={t('contact.phone_n', { n: index + 1 })}
              placeholder="+7 912 345-67-89"
              error={phoneError(index)}
              value={each.value}
              onValue={(value) => phoneAt(index, { value })}
            />
            <TextInput
              className="grow"
              aria-label={t('contact.phone_label')}
              placeholder={t('contact.phone_label')}
              error={tooLong(each.label, LINE)}
              value={each.label}
              onChange={(event) => phoneAt(index, { label: event.currentTarget.value })}
            />
            <Checkbox
              mt={8}
              size="xs"
              label={t('contact.shared')}
              checked={each.shared}
              onChange={(event) => phoneAt(index, { shared: event.currentTarget.checked })}
            />
            <ActionIcon
              aria-label={t('contact.remove_phone', { n: index + 1 })}
              onClick={() => set({ phones: values.phones.filter((_, at) => at !== index) })}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={15} aria-hidden />}
            onClick={() => set({ phones: [...values.phones, { value: '', label: '', shared: false }] })}
          >
            {t('contact.add_phone')}
          </Button>
        </div>
      </fieldset>
      <fieldset style={{ border: '1px solid var(--ld-line)', borderRadius: 7, padding: 10 }} className="stack">
        <legend className="small">{t('contact.units')}</legend>
        {values.units.map((unit, index) => (
          <div key={unit.id} className="row wrap">
            <span className="grow">
              {unit.building.name}, <b>{unitName(t, unit)}</b>
            </span>
            <Select
              aria-label={t('contact.role')}
              data={ROLES.map((value) => ({ value, label: word(t, 'contact.roles', value) }))}
              value={unit.role}
              onChange={(role) =>
                set({
                  units: values.units.map((each, at) => (at === index ? { ...each, role: role ?? 'resident' } : each)),
                })
              }
            />
            <ActionIcon
              aria-label={t('contact.remove_unit', { unit: unit.label })}
              onClick={() => set({ units: values.units.filter((_, at) => at !== index) })}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </div>
        ))}
        <UnitPicker
          value={null}
          onClear={() => {}}
          onPick={(unit) => {
            if (!values.units.some((each) => each.id === unit.id))
              set({
                units: [
                  ...values.units,
                  { id: unit.id, label: unit.label, kind: unit.kind, building: unit.building, role: 'resident' },
                ],
              })
          }}
        />
      </fieldset>
      <Textarea
        label={t('contact.note')}
        error={tooLong(values.note, TEXT)}
        autosize
        minRows={2}
        value={values.note}
        onChange={(event) => set({ note: event.currentTarget.value })}
      />
    </div>
  )
}
