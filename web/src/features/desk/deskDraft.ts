// What is written down in a call and its tickets before it is saved, and how two pages that write it agree. Pure.

import type { CallDraft, DraftContent } from '../../api/types'
import { blank, type FormValues } from '../../nouns/tickets/ticketFields'
import type { Who } from './CallerCard'
import { holds, mergedText } from './mergedText'
import { firstSlot, type Slot } from './slots'

/** The form of one ticket. */
export interface FormDraft {
  values: FormValues
  /** What the server had when we began, to tell a conflict from a change; null until the ticket exists. */
  base: FormValues | null
  version: number | null
  /** From whom the address was filled in last: another choice may replace it, but not what was typed. */
  filledFrom: string | null
  /** The id that the call's first ticket is asked for with, if the call opened none by itself; null: not asked for yet. */
  askedAs?: string | null
}

/** With an id to ask for the ticket with: the same at each try, so that a lost answer does not make two. */
export function asked(form: FormDraft, fresh: () => string): FormDraft & { askedAs: string } {
  return { ...form, askedAs: form.askedAs ?? fresh() }
}

export interface DeskDraft {
  who: Who | null
  /** What the caller was told. */
  comment: string
  slots: Slot[]
  /** By the slot's key. */
  forms: Record<string, FormDraft>
}

/** The draft with another form of this slot; null: none. */
export function withForm(draft: DeskDraft, key: string, form: FormDraft | null): DeskDraft {
  if (form === (draft.forms[key] ?? null)) return draft
  const { [key]: _, ...others } = draft.forms
  return { ...draft, forms: form === null ? others : { ...others, [key]: form } }
}

export const nothing: DeskDraft = { who: null, comment: '', slots: [firstSlot], forms: {} }

/** A draft of the server and what this page made of it. */
export interface Sync {
  version: number
  base: DeskDraft
  mine: DeskDraft
  /** On its way, or lost on it: the server may have taken it. */
  sent: DeskDraft | null
  /** Who wrote what is not from this page, and when. */
  by: { id: string; name: string } | null
  at: string | null
}

export function begun(draft: CallDraft | null): Sync {
  const base = draft ? read(draft.content) : nothing
  return {
    version: draft?.version ?? 0,
    base,
    mine: base,
    sent: null,
    by: draft?.changed_by ?? null,
    at: draft?.changed_at ?? null,
  }
}

/** Also after a lost answer: what was taken back since may be with the server. */
export function unsent(sync: Sync): boolean {
  return (sync.sent ?? null) !== null || !same(sync.base, sync.mine)
}

/** Somebody typed or chose something here. */
export function typed(sync: Sync, change: (old: DeskDraft) => DeskDraft): Sync {
  return { ...sync, mine: change(sync.mine) }
}

/** Filled in by itself from what the server knows: nothing that must be sent. */
export function filled(sync: Sync, change: (old: DeskDraft) => DeskDraft): Sync {
  const [base, mine] = [change(sync.base), change(sync.mine)]
  return base === sync.base && mine === sync.mine ? sync : { ...sync, base, mine }
}

/** What goes out now. After a lost answer that is the same again, so that it can be known whether the server has taken it. */
export function sending(sync: Sync): DeskDraft {
  return sync.sent ?? sync.mine
}

/** The server has taken `sent`; what was typed meanwhile is still to be sent. */
export function accepted(sync: Sync, sent: DeskDraft, draft: CallDraft): Sync {
  if (draft.version <= sync.version) return sync
  return { ...sync, version: draft.version, base: sent, sent: null }
}

/** The server has not taken what was sent, and will not. */
export function refused(sync: Sync): Sync {
  return { ...sync, sent: null }
}

/** Somebody else wrote too: theirs, with what was typed here and not sent yet. An answer that was overtaken changes nothing. */
export function arrived(sync: Sync, draft: CallDraft): Sync {
  if (draft.version <= sync.version) return sync
  const theirs = read(draft.content)
  const mine = unsent(sync) ? merged(sync.base, sync.mine, theirs, sync.sent) : theirs
  return { version: draft.version, base: theirs, mine, sent: null, by: draft.changed_by, at: draft.changed_at }
}

/** The server has deleted what this page goes on writing: all of it is sent again. */
export function begunAnew(sync: Sync): Sync {
  return { ...sync, version: 0, base: nothing, sent: null }
}

export function written(draft: DeskDraft): DraftContent {
  return {
    who: draft.who === null ? null : { ...draft.who },
    comment: draft.comment,
    tickets: draft.slots.map(({ key, saved, linked }) => {
      const form = draft.forms[key]
      return { id: key === 'first' ? null : key, saved, linked, form: form ? { ...form } : null }
    }),
  }
}

/** What another page has written, as far as it is what a page writes. */
export function read(content: DraftContent): DeskDraft {
  const slots: Slot[] = []
  const forms: Record<string, FormDraft> = {}
  for (const ticket of content.tickets ?? []) {
    const key = ticket.id ?? 'first'
    slots.push({ key, saved: ticket.saved ?? null, linked: ticket.linked ?? false })
    const form = readForm(ticket.form)
    if (form) forms[key] = form
  }
  if (!slots.some(({ key }) => key === 'first')) slots.unshift(firstSlot)
  return { who: readWho(content.who), comment: content.comment ?? '', slots, forms }
}

type Raw = Record<string, unknown>

function raw(value: unknown): Raw | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : null
}

function texts<K extends string>(value: unknown, keys: readonly K[]): Record<K, string> | null {
  const from = raw(value)
  if (!from || !keys.every((key) => typeof from[key] === 'string')) return null
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Record<K, string>
}

function readUnit(value: unknown): NonNullable<Who['unit']> | null {
  const [unit, building] = [texts(value, ['id', 'label']), texts(raw(value)?.building, ['id', 'name'])]
  if (!unit || !building) return null
  const kind = texts(value, ['kind'])
  return { ...unit, ...kind, building }
}

function readWho(value: unknown): Who | null {
  const from = raw(value)
  return from && { contact: texts(from.contact, ['id', 'name']), unit: readUnit(from.unit) }
}

const CLASSIFIER = ['id', 'place_ru', 'place_en', 'category_ru', 'category_en', 'problem_ru', 'problem_en'] as const

function readValues(value: unknown): FormValues | null {
  const from = raw(value)
  if (!from) return null
  const own: Raw = { ...blank }
  for (const [key, initial] of Object.entries(blank))
    if (initial !== null && typeof from[key] === typeof initial) own[key] = from[key]
  return {
    ...(own as unknown as FormValues),
    lawHint: typeof from.lawHint === 'string' ? from.lawHint : null,
    classifier: texts(from.classifier, CLASSIFIER),
    unit: readUnit(from.unit),
    building: texts(from.building, ['id', 'name']),
    requester: texts(from.requester, ['id', 'name']),
  }
}

function readForm(value: unknown): FormDraft | null {
  const from = raw(value)
  const values = readValues(from?.values)
  if (!from || !values) return null
  const base = readValues(from.base)
  return {
    values,
    base,
    version: base !== null && typeof from.version === 'number' ? from.version : null,
    filledFrom: typeof from.filledFrom === 'string' ? from.filledFrom : null,
    ...(typeof from.askedAs === 'string' ? { askedAs: from.askedAs } : {}),
  }
}

/** Equal as JSON, whatever the order of the fields. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, at) => same(each, b[at]))
  const [left, right] = [raw(a), raw(b)]
  if (!left || !right) return (a ?? null) === (b ?? null)
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => same(left[key], right[key]))
}

/** Texts of several lines: what both wrote is kept. */
const LONG = ['comment', 'details']

/** `sent`: what is in theirs of it is this page's own. */
export function merged(base: DeskDraft, mine: DeskDraft, theirs: DeskDraft, sent: DeskDraft | null = null): DeskDraft {
  const bySlot = ({ slots }: DeskDraft) => Object.fromEntries(slots.map((slot) => [slot.key, slot]))
  const parts = (draft: DeskDraft) => ({ ...draft, slots: bySlot(draft) })
  const result = three('', parts(base), parts(mine), parts(theirs), sent && parts(sent)) as ReturnType<typeof parts>
  const order = [...new Set([...theirs.slots, ...mine.slots].map(({ key }) => key))]
  return { ...result, slots: order.flatMap((key) => result.slots[key] ?? []) }
}

function three(name: string, base: unknown, mine: unknown, theirs: unknown, sent: unknown): unknown {
  if (sent !== null && same(sent, theirs)) return mine
  if (same(base, mine)) return theirs
  if (same(base, theirs)) return mine
  if (typeof mine === 'string' && typeof theirs === 'string') {
    if (!LONG.includes(name)) return mine
    const from = typeof base === 'string' ? base : ''
    return mergedText(typeof sent === 'string' && holds(theirs, sent, from) ? sent : from, mine, theirs)
  }
  const [ours, others] = [raw(mine), raw(theirs)]
  // A thing with an id is chosen whole.
  if (!ours || !others || 'id' in ours || 'id' in others) return mine
  const [before, gone] = [raw(base) ?? {}, raw(sent)]
  const keys = new Set([...Object.keys(ours), ...Object.keys(others)])
  const fields = [...keys].map((key) => {
    return [key, three(key, before[key], ours[key], others[key], gone && gone[key])] as const
  })
  const result: Raw = Object.fromEntries(fields.filter(([, value]) => value !== undefined))
  // What the ticket was and which version that is belong together.
  if ('version' in ours && 'version' in others) {
    const newer = Number(ours.version ?? 0) >= Number(others.version ?? 0) ? ours : others
    Object.assign(result, { base: newer.base, version: newer.version })
  }
  return result
}
