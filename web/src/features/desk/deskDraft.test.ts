import { expect, it } from 'vitest'
import type { CallDraft } from '../../api/types'
import { blank } from '../../nouns/tickets/ticketFields'
import {
  accepted,
  arrived,
  begun,
  type DeskDraft,
  filled,
  type FormDraft,
  merged,
  nothing,
  read,
  type Sync,
  typed,
  unsent,
  written,
} from './deskDraft'

const form = (values: Partial<FormDraft['values']>): FormDraft => ({
  values: { ...blank, ...values },
  base: null,
  version: null,
  filledFrom: null,
})
const withForm = (values: Partial<FormDraft['values']>): DeskDraft => ({ ...nothing, forms: { first: form(values) } })
const stored = (version: number, draft: DeskDraft, name = 'Борис'): CallDraft => ({
  version,
  content: JSON.parse(JSON.stringify(written(draft))),
  changed_at: '2026-01-01T00:00:00Z',
  changed_by: { id: name, name },
})

it('what one page writes another one reads, and what no page writes is left out', () => {
  const draft: DeskDraft = {
    who: { contact: { id: 'c', name: 'Ким' }, unit: null },
    comment: 'Сказали ждать',
    slots: [
      { key: 'first', saved: { id: 't', number: '17' }, linked: false },
      { key: 'x', saved: null, linked: false },
    ],
    forms: { x: form({ details: 'Течёт', building: { id: 'b', name: 'Дом 1' } }) },
  }
  expect(read(stored(1, draft).content)).toEqual(draft)
  expect(read({ tickets: [{ id: null, form: { values: { title: 7, unit: { id: 1 }, colour: 'x' } } }] })).toEqual(
    withForm({}),
  )
  expect(read({ who: { contact: 'Ким' }, tickets: [{ id: null, form: { values: 'x' } }] })).toEqual({
    ...nothing,
    who: { contact: null, unit: null },
  })
})

it('a page that wrote nothing takes over what another one writes', () => {
  let sync: Sync = filled(begun(null), () => withForm({ requesterPhone: '+7999' }))
  expect(unsent(sync)).toBe(false)
  sync = arrived(sync, stored(5, withForm({ details: 'Капает' })))
  expect(sync.mine.forms.first?.values.details).toBe('Капает')
  expect([sync.version, sync.by?.name, unsent(sync)]).toEqual([5, 'Борис', false])
  expect(arrived(sync, stored(4, nothing))).toBe(sync)
})

it('two who write at once lose nothing: each field is whose change it was, long texts are both', () => {
  const base = withForm({ details: 'Капает', title: 'Кран' })
  const mine = { ...withForm({ details: 'Капает, этаж 3', title: 'Кран' }), comment: 'Ждать час' }
  const theirs = withForm({ details: 'Капает в ванной', title: 'Кран на кухне' })
  const result = merged(base, mine, theirs)
  expect(result.comment).toBe('Ждать час')
  expect(result.forms.first?.values).toMatchObject({
    title: 'Кран на кухне',
    details: 'Капает в ванной\nКапает, этаж 3',
  })
  const longer = merged(base, withForm({ details: 'Капает, этаж 3' }), withForm({ details: 'Капает, этаж 3, кв. 5' }))
  expect(longer.forms.first?.values.details).toBe('Капает, этаж 3, кв. 5')
})

it('what somebody chose is whole, and the newer state of the ticket stays with its version', () => {
  const unit = (id: string) => ({ id, label: id, building: { id: `of ${id}`, name: id } })
  const chosen = merged(
    withForm({}),
    withForm({ unit: unit('a') }),
    withForm({ unit: { ...unit('b'), kind: 'parking' } }),
  )
  expect(chosen.forms.first?.values.unit).toEqual(unit('a'))
  const at = (version: number, title: string): DeskDraft => ({
    ...nothing,
    forms: { first: { ...form({ title }), base: { ...blank, title: `base ${version}` }, version } },
  })
  const result = merged(withForm({}), at(3, 'x'), at(4, 'y'))
  expect(result.forms.first).toMatchObject({ version: 4, base: { title: 'base 4' }, values: { title: 'x' } })
})

it('a ticket that one page adds and one that another saves are both there', () => {
  const more: DeskDraft = { ...nothing, slots: [...nothing.slots, { key: 'x', saved: null, linked: false }] }
  const done: DeskDraft = { ...nothing, slots: [{ key: 'first', saved: { id: 't', number: '1' }, linked: false }] }
  expect(merged(nothing, more, done).slots).toEqual([...done.slots, { key: 'x', saved: null, linked: false }])
  expect(merged(more, nothing, more).slots).toEqual(nothing.slots)
})

it('what is typed while it is sent is still to be sent', () => {
  let sync = typed(begun(null), () => withForm({ details: 'Кап' }))
  const sent = sync.mine
  sync = typed(sync, () => withForm({ details: 'Капает' }))
  sync = accepted(sync, sent, stored(1, sent))
  expect([sync.version, unsent(sync)]).toEqual([1, true])
})
