import { expect, it } from 'vitest'
import type { CallDraft } from '../../api/types'
import { blank } from '../../nouns/tickets/ticketFields'
import {
  accepted,
  arrived,
  asked,
  begun,
  type DeskDraft,
  filled,
  type FormDraft,
  merged,
  nothing,
  read,
  refused,
  sending,
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
  expect(result.forms.first?.values).toMatchObject({ title: 'Кран на кухне', details: 'Капает, этаж 3\nв ванной' })
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

it('a lost answer doubles nothing: what the server has taken is known again', () => {
  let sync = typed(begun(null), () => ({ ...withForm({ details: 'Кап' }), comment: 'Жд' }))
  const lost = sending(sync)
  sync = typed({ ...sync, sent: lost }, () => ({ ...withForm({ details: 'Капает' }), comment: 'Ждать' }))
  expect(sending(sync)).toBe(lost)
  const theirs = { ...lost, comment: 'Жд\nПерезвонить' }
  sync = arrived(sync, stored(7, theirs))
  expect(sync.mine.forms.first?.values.details).toBe('Капает')
  expect([sync.sent, unsent(sync)]).toEqual([null, true])
  expect(refused({ ...sync, sent: lost }).sent).toBeNull()
})

it('an answer that came after a newer draft changes nothing', () => {
  let sync = typed(begun(null), () => withForm({ details: 'x' }))
  const sent = sending(sync)
  sync = arrived({ ...sync, sent }, stored(3, withForm({ details: 'x y' })))
  expect(accepted(sync, sent, stored(2, sent))).toBe(sync)
  expect([sync.mine.forms.first?.values.details, unsent(sync)]).toEqual(['x y', false])
})

/** A small generator of numbers below `n`, the same for the same seed. */
function numbers(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

/** What the server does with drafts. */
function serverOf() {
  let now = stored(0, nothing)
  return {
    now: () => now,
    /** False: over another version. */
    write: (version: number, draft: DeskDraft): boolean => {
      if (version !== now.version) return false
      now = stored(version + 1, draft)
      return true
    },
  }
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'whatever several pages write at once, they agree and each word is there once (%i)',
  (seed) => {
    const next = numbers(seed)
    // What was taken out while an answer was lost cannot be told from what never arrived: one or the other.
    const lossy = seed % 2 === 0
    const server = serverOf()
    let pages: Sync[] = [0, 1, 2].map(() => begun(null))
    const [put, takenOut] = [new Set<string>(), new Set<string>()]
    const change = (old: string): string => {
      const words = old === '' ? [] : old.split(/(?<=\s)/)
      const at = next(words.length + 1)
      if (!lossy && next(4) === 0 && words[at]) {
        takenOut.add(words[at].trim())
        words.splice(at, 1)
      } else {
        const word = `w${put.size}`
        put.add(word)
        const before = words[at - 1]
        if (before && !/\s$/.test(before)) words[at - 1] = `${before} `
        words.splice(at, 0, word + (words[at] ? [' ', '\n'][next(2)] : ''))
      }
      return words.join('')
    }
    const exchange = (sync: Sync): Sync => {
      if (!unsent(sync)) return arrived(sync, server.now())
      const sent = sending(sync)
      const going = { ...sync, sent }
      if (!server.write(sync.version, sent)) return arrived(going, server.now())
      // Sometimes the answer is lost.
      return lossy && next(5) === 0 ? going : accepted(going, sent, server.now())
    }
    for (let round = 0; round < 400; round += 1) {
      const who = next(pages.length)
      const act = (sync: Sync): Sync =>
        next(2) === 0 ? exchange(sync) : typed(sync, (old) => ({ ...old, comment: change(old.comment) }))
      pages = pages.map((sync, at) => (at === who ? act(sync) : sync))
    }
    for (let round = 0; round < 50; round += 1) pages = pages.map(exchange)
    const texts = pages.map(({ mine }) => mine.comment)
    expect(new Set(texts).size).toBe(1)
    const left = (texts[0] ?? '').split(/\s+/).filter((word) => word !== '')
    expect(left.toSorted()).toEqual([...put].filter((word) => !takenOut.has(word)).toSorted())
  },
)

it("the call's first ticket is asked for with the same id again, also from another page", () => {
  const first = asked(form({ title: 'Кран' }), () => 'a')
  expect(asked(first, () => 'b').askedAs).toBe('a')
  const again = read(stored(1, { ...nothing, forms: { first } }).content).forms.first
  expect(again && asked(again, () => 'c').askedAs).toBe('a')
})
