import { ActionIcon, Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core'
import type { FormErrors, UseFormReturnType } from '@mantine/form'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Contact, ContactKind, Language, RelationRole, UnitKind } from '../../api/types'
import { word } from '../../i18n'
import { UnitPicker } from '../../nouns/units/UnitPicker'
import { phoneDigits } from '../../ui/format'
import { isPhone, LINE, oneLine, TEXT } from '../../ui/limits'
import { PhoneField } from '../../ui/PhoneField'
import { textFault } from '../../ui/textFault'
import { unitName } from '../../ui/unitName'

export interface ContactValues {
  kind: ContactKind
  full_name: string
  language: Language
  note: string
  phones: { value: string; label: string; shared: boolean }[]
  units: { id: string; label: string; kind?: UnitKind; building: { id: string; name: string }; role: RelationRole }[]
}

export const nobody: ContactValues = {
  kind: 'person',
  full_name: '',
  language: 'ru',
  note: '',
  phones: [{ value: '', label: '', shared: false }],
  units: [],
}

const KINDS: ContactKind[] = ['person', 'company']
const LANGUAGES: Language[] = ['ru', 'en']
const ROLES: RelationRole[] = ['owner', 'tenant', 'resident', 'representative', 'company_staff', 'ex_owner']

export function fromContact(contact: Contact): ContactValues {
  return {
    kind: contact.kind,
    full_name: contact.full_name,
    language: contact.language,
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
    full_name: oneLine(values.full_name),
    language: values.language,
    note: values.note.trim(),
    phones: values.phones
      .filter((each) => each.value.trim() !== '')
      .map((each) => ({ value: phoneDigits(each.value), label: oneLine(each.label), shared: each.shared })),
    units: values.units.map((unit) => ({ unit_id: unit.id, role: unit.role })),
  }
}

/** What is wrong, by field: `phones.0.value`. */
export function contactFaults(t: TFunction, values: ContactValues, tried: boolean): FormErrors {
  const list: FormErrors = {
    full_name: textFault(t, values.full_name, LINE, tried && t('contact.needs_name')),
    note: textFault(t, values.note, TEXT),
  }
  for (const [index, each] of values.phones.entries()) {
    const fault = tried ? phoneFault(values, index) : null
    list[`phones.${index}.value`] = fault && t(`form.${fault}`)
    list[`phones.${index}.label`] = textFault(t, each.label, LINE)
  }
  return list
}

function phoneFault(values: ContactValues, index: number): 'not_a_phone' | 'twice' | null {
  const value = values.phones[index]?.value.trim() ?? ''
  if (value === '') return null
  if (!isPhone(value)) return 'not_a_phone'
  return values.phones.slice(0, index).some((each) => phoneDigits(each.value) === phoneDigits(value)) ? 'twice' : null
}

export function ContactFieldset({ form }: { form: UseFormReturnType<ContactValues> }) {
  const { t } = useTranslation()
  const { values } = form
  return (
    <div className="stack" style={{ gap: 12 }}>
      <TextInput label={t('contact.name')} required autoFocus {...form.getInputProps('full_name')} />
      <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 12 }}>
        <Select
          label={t('contact.kind')}
          data={KINDS.map((value) => ({ value, label: word(t, 'contact.kinds', value) }))}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
        <Select
          label={t('contact.language')}
          data={LANGUAGES.map((value) => ({ value, label: word(t, 'language', value) }))}
          allowDeselect={false}
          {...form.getInputProps('language')}
        />
      </div>
      <fieldset style={{ border: '1px solid var(--ld-line)', borderRadius: 7, padding: 10 }} className="stack">
        <legend className="small">{t('contact.phones')}</legend>
        {values.phones.map((each, index) => (
          <div key={index} className="row wrap" style={{ alignItems: 'flex-start' }}>
            <PhoneField
              aria-label={t('contact.phone_n', { n: index + 1 })}
              placeholder="+7 912 345-67-89"
              error={form.errors[`phones.${index}.value`]}
              value={each.value}
              onValue={(value) => form.setFieldValue(`phones.${index}.value`, value)}
            />
            <TextInput
              className="grow"
              aria-label={t('contact.phone_label')}
              placeholder={t('contact.phone_label')}
              {...form.getInputProps(`phones.${index}.label`)}
            />
            <Checkbox
              mt={8}
              size="xs"
              label={t('contact.shared')}
              {...form.getInputProps(`phones.${index}.shared`, { type: 'checkbox' })}
            />
            <ActionIcon
              aria-label={t('contact.remove_phone', { n: index + 1 })}
              onClick={() => form.removeListItem('phones', index)}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            variant="subtle"
            leftSection={<IconPlus size={15} aria-hidden />}
            onClick={() => form.insertListItem('phones', { value: '', label: '', shared: false })}
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
              allowDeselect={false}
              {...form.getInputProps(`units.${index}.role`)}
            />
            <ActionIcon
              aria-label={t('contact.remove_unit', { unit: unit.label })}
              onClick={() => form.removeListItem('units', index)}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </div>
        ))}
        <UnitPicker
          value={null}
          onClear={() => {}}
          onPick={({ id, label, kind, building }) => {
            if (!values.units.some((each) => each.id === id))
              form.insertListItem('units', { id, label, kind, building, role: 'resident' })
          }}
        />
      </fieldset>
      <Textarea label={t('contact.note')} autosize minRows={2} {...form.getInputProps('note')} />
    </div>
  )
}
