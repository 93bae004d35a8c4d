// The values of a ticket form, what it sends, and what a conflict is. Pure.

import type { Classifier, ClassifierWords, Ticket, TicketFields, TicketKind } from '../../api/types'
import { excess, LINE, oneLine, TEXT } from '../../ui/limits'
import type { ChosenUnit } from '../units/UnitPicker'

export interface FormValues {
  classifier: ClassifierWords | null
  lawHint: string | null
  kind: TicketKind
  priority: number
  unit: ChosenUnit | null
  /** A building without a unit (entrance, yard). */
  building: { id: string; name: string } | null
  placeText: string
  /** Empty: the classifier's words stand for it. */
  title: string
  details: string
  requester: { id: string; name: string } | null
  requesterPhone: string
  /** The caller was told the deadline in this call: stops the 30-minute clock (decree 416, 13). */
  told: boolean
}

export const blank: FormValues = {
  classifier: null,
  lawHint: null,
  kind: 'service',
  priority: 3,
  unit: null,
  building: null,
  placeText: '',
  title: '',
  details: '',
  requester: null,
  requesterPhone: '',
  told: false,
}

export const KINDS = [
  'emergency',
  'service',
  'utility_quality',
  'paid_service',
  'info_request',
  'complaint',
  'appeal',
  'pass_request',
  'internal',
] as const

export function withClassifier(values: FormValues, chosen: Classifier): FormValues {
  const { id, place_ru, place_en, category_ru, category_en, problem_ru, problem_en } = chosen
  return {
    ...values,
    classifier: { id, place_ru, place_en, category_ru, category_en, problem_ru, problem_en },
    lawHint: chosen.law_hint || null,
    kind: chosen.kind,
    priority: chosen.priority,
  }
}

export function fromTicket(ticket: Ticket): FormValues {
  return {
    classifier: ticket.classifier,
    lawHint: ticket.law_hint || null,
    kind: ticket.kind,
    priority: ticket.priority,
    unit: ticket.unit && ticket.building ? { ...ticket.unit, building: ticket.building } : null,
    building: ticket.building,
    placeText: ticket.place_text ?? '',
    title: ticket.title,
    details: ticket.details ?? '',
    requester: ticket.requester,
    requesterPhone: ticket.requester_phone ?? '',
    told: false,
  }
}

export function toFields(values: FormValues): TicketFields {
  return {
    kind: values.kind,
    priority: values.priority,
    classifier_id: values.classifier?.id ?? null,
    building_id: values.unit?.building.id ?? values.building?.id ?? null,
    unit_id: values.unit?.id ?? null,
    place_text: oneLine(values.placeText),
    requester_id: values.requester?.id ?? null,
    requester_phone: values.requesterPhone.trim() || null,
    title: oneLine(values.title),
    details: values.details.trim(),
    ...(values.told ? { told: true } : {}),
  }
}

export type FaultField = 'title' | 'unit' | 'placeText' | 'details' | 'requesterPhone'

/** Missing, or this many characters too long, or holding letters where a number belongs. */
export type Fault = 'missing' | 'letters' | number

/** Why it cannot be saved yet, field by field; empty when it can. */
export function faults(values: FormValues): Partial<Record<FaultField, Fault>> {
  const list: Partial<Record<FaultField, Fault>> = {}
  const long = (field: FaultField, text: string, limit: number) => {
    const over = excess(text, limit)
    if (over > 0) list[field] = over
  }
  if (values.title.trim() === '' && !values.classifier) list.title = 'missing'
  if (!values.unit && !values.building && values.placeText.trim() === '') list.unit = 'missing'
  long('title', values.title, LINE)
  long('placeText', values.placeText, LINE)
  long('details', values.details, TEXT)
  // Short internal numbers are accepted, words are not.
  if (values.requesterPhone.trim() !== '' && !/^(?=.*\d)[\d\s()+*#.-]{1,40}$/.test(values.requesterPhone.trim()))
    list.requesterPhone = 'letters'
  return list
}

export function complete(values: FormValues): boolean {
  return Object.keys(faults(values)).length === 0
}

export type ConflictField =
  'kind' | 'priority' | 'classifier' | 'address' | 'placeText' | 'title' | 'details' | 'requester' | 'requesterPhone'

const COMPARED: ConflictField[] = [
  'title',
  'classifier',
  'kind',
  'priority',
  'address',
  'placeText',
  'details',
  'requester',
  'requesterPhone',
]

/** A unit says its building, so the two are chosen together. */
function address({ unit, building }: FormValues): string | null {
  return unit ? `unit ${unit.id}` : building ? `building ${building.id}` : null
}

function same(field: ConflictField, a: FormValues, b: FormValues): boolean {
  const value = (values: FormValues) => {
    if (field === 'address') return address(values)
    const raw = values[field]
    return raw !== null && typeof raw === 'object' ? raw.id : raw
  }
  return value(a) === value(b)
}

/** Fields that both sides changed since we began, to different values. */
export function conflicts(base: FormValues, mine: FormValues, theirs: FormValues): ConflictField[] {
  return COMPARED.filter(
    (field) => !same(field, base, theirs) && !same(field, base, mine) && !same(field, mine, theirs),
  )
}

/** Their changes in fields we did not touch are kept; ours win elsewhere unless `takeTheirs` says otherwise. */
export function merged(
  base: FormValues,
  mine: FormValues,
  theirs: FormValues,
  takeTheirs: ReadonlySet<ConflictField>,
): FormValues {
  const result: FormValues = { ...mine }
  for (const field of COMPARED) {
    if (!same(field, base, mine) && !takeTheirs.has(field)) continue
    if (field === 'address') Object.assign(result, { unit: theirs.unit, building: theirs.building })
    else Object.assign(result, { [field]: theirs[field] })
  }
  return result
}
