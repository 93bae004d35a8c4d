import { Button, Checkbox, Input, Modal, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core'
import type { FormErrors } from '@mantine/form'
import { IconScale } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { word } from '../../i18n'
import { PhoneField } from '../../ui/PhoneField'
import { unitName } from '../../ui/unitName'
import { ClassifierPicker } from '../classifiers/ClassifierPicker'
import { classifierWords, inWords } from '../classifiers/classifierWords'
import { ContactPicker } from '../contacts/ContactPicker'
import { useMyself } from '../me/myself'
import { UnitPicker } from '../units/UnitPicker'
import { type ConflictField, conflicts, faults, type FormValues, KINDS, merged, withClassifier } from './ticketFields'

interface Props {
  values: FormValues
  set: (next: (old: FormValues) => FormValues) => void
  /** What is wrong, by field (`ticketFaults`, and what the server refused). */
  errors: FormErrors
  focusFirst?: boolean
  /** In a call: the deadline may be told to the caller at once. */
  inCall?: boolean
}

/** The fields, in the order in which a caller tells them. Knows nothing of calls or saving. */
export function TicketFieldset({ values, set, errors, focusFirst, inCall }: Props) {
  const { t, i18n } = useTranslation()
  const clients = useMyself().permissions.includes('contacts.read')
  const focused = useRef(false)
  const patch = (changes: Partial<FormValues>) => set((old) => ({ ...old, ...changes }))
  return (
    <div className="stack" style={{ gap: 12 }}>
      <ClassifierPicker
        value={values.classifier}
        inputRef={(input) => {
          if (focusFirst && input && !focused.current) {
            focused.current = true
            input.focus({ preventScroll: true })
          }
        }}
        description={
          values.lawHint ? (
            <span className="row" style={{ gap: 4 }}>
              <IconScale size={14} aria-hidden />
              {values.lawHint}
            </span>
          ) : undefined
        }
        onPick={(classifier) => set((old) => withClassifier(old, classifier))}
        onClear={() => patch({ classifier: null, lawHint: null })}
      />
      <div className="pair">
        <UnitPicker
          value={values.unit}
          building={values.building}
          onBuilding={(building) => patch({ unit: null, building: { id: building.id, name: building.name } })}
          error={errors.unit}
          onPick={(unit) =>
            patch({
              unit: { id: unit.id, label: unit.label, kind: unit.kind, building: unit.building },
              building: unit.building,
            })
          }
          onClear={() => patch({ unit: null, building: null })}
        />
        <TextInput
          label={t('ticket.place_text')}
          placeholder={t('ticket.place_hint')}
          error={errors.placeText}
          value={values.placeText}
          onChange={(event) => patch({ placeText: event.currentTarget.value })}
        />
      </div>
      {!values.unit && values.building && (
        <span className="muted small">{t('ticket.building_only', { building: values.building.name })}</span>
      )}
      <TextInput
        label={t('ticket.title')}
        description={t('ticket.title_hint')}
        placeholder={values.classifier ? inWords(values.classifier, i18n.language).problem : undefined}
        error={errors.title}
        value={values.title}
        onChange={(event) => patch({ title: event.currentTarget.value })}
      />
      <Textarea
        label={t('ticket.details')}
        placeholder={t('ticket.details_hint')}
        error={errors.details}
        autosize
        minRows={3}
        maxRows={10}
        value={values.details}
        onChange={(event) => patch({ details: event.currentTarget.value })}
      />
      <div className="pair">
        <div style={{ gridColumn: '1 / -1' }}>
          <div
            className="small"
            style={{ fontWeight: 600, color: 'var(--ld-strong)', marginBottom: 2 }}
            id="priority-label"
          >
            {t('ticket.priority')}
          </div>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-labelledby="priority-label"
            color={values.priority === 1 ? 'red' : undefined}
            value={String(values.priority)}
            onChange={(value) => patch({ priority: Number(value) })}
            data={['1', '2', '3', '4'].map((value) => ({ value, label: word(t, 'ticket.priorities', value) }))}
          />
          {errors.priority && <Input.Error>{errors.priority}</Input.Error>}
        </div>
        <Select
          style={{ gridColumn: '1 / -1' }}
          label={t('ticket.kind')}
          error={errors.kind}
          data={KINDS.map((kind) => ({ value: kind, label: word(t, 'ticket.kinds', kind) }))}
          value={values.kind}
          onChange={(kind) => patch({ kind: kind ?? 'service' })}
        />
        {clients && (
          <ContactPicker
            label={t('ticket.requester')}
            chosen={values.requester?.name ?? ''}
            onPick={(contact) =>
              patch({
                requester: { id: contact.id, name: contact.full_name },
                requesterPhone: values.requesterPhone || (contact.phones[0]?.value ?? ''),
              })
            }
            onClear={() => patch({ requester: null })}
          />
        )}
        <PhoneField
          label={t('ticket.requester_phone')}
          error={errors.requesterPhone}
          value={values.requesterPhone}
          onValue={(requesterPhone) => patch({ requesterPhone })}
        />
      </div>
      {inCall && (
        <Checkbox
          size="xs"
          label={t('ticket.told')}
          checked={values.told}
          onChange={(event) => patch({ told: event.currentTarget.checked })}
        />
      )}
    </div>
  )
}

/** Too long is said while typing, missing only after the first try to save. */
export function ticketFaults(t: TFunction, values: FormValues, tried: boolean): FormErrors {
  const said: FormErrors = {}
  for (const [field, fault] of Object.entries(faults(values))) {
    if (typeof fault === 'number') said[field] = t('form.too_long', { count: fault })
    else if (!tried) continue
    else if (fault === 'letters') said[field] = t('form.digits_only')
    else said[field] = t(field === 'title' ? 'ticket.needs_title' : 'ticket.needs_address')
  }
  return said
}

/** Somebody else saved the same fields: shows both values of each and lets the person choose. */
export function ConflictDialog({
  base,
  mine,
  theirs,
  onResolve,
  onClose,
}: {
  base: FormValues
  mine: FormValues
  theirs: FormValues
  onResolve: (values: FormValues) => void
  onClose: () => void
}) {
  const { t, i18n } = useTranslation()
  const fields = conflicts(base, mine, theirs)
  const [taken, setTaken] = useState<ReadonlySet<ConflictField>>(new Set())
  const said = (values: FormValues, field: ConflictField): string => {
    switch (field) {
      case 'classifier':
        return classifierWords(values.classifier, i18n.language)
      case 'address':
        return values.unit ? `${values.unit.building.name}, ${unitName(t, values.unit)}` : (values.building?.name ?? '')
      case 'requester':
        return values.requester?.name ?? ''
      case 'kind':
        return word(t, 'ticket.kinds', values.kind)
      case 'priority':
        return word(t, 'ticket.priorities', String(values.priority))
      default:
        return values[field]
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('conflict.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <div className="stack" style={{ gap: 14 }}>
        <span className="muted">{t('conflict.why')}</span>
        {fields.map((field) => (
          <div key={field} className="stack tight">
            <b>{t(`conflict.field.${field}`)}</b>
            <SegmentedControl
              fullWidth
              aria-label={t(`conflict.field.${field}`)}
              value={taken.has(field) ? 'theirs' : 'mine'}
              onChange={(value) =>
                setTaken((old) => {
                  const next = new Set(old)
                  if (value === 'theirs') next.add(field)
                  else next.delete(field)
                  return next
                })
              }
              data={[
                { value: 'mine', label: `${t('conflict.mine')}: ${said(mine, field) || '—'}` },
                { value: 'theirs', label: `${t('conflict.theirs')}: ${said(theirs, field) || '—'}` },
              ]}
            />
          </div>
        ))}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            {t('do.cancel')}
          </Button>
          <Button onClick={() => onResolve(merged(base, mine, theirs, taken))}>{t('conflict.save')}</Button>
        </div>
      </div>
    </Modal>
  )
}
