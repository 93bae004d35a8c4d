import { describe, expect, it } from 'vitest'
import type { Classifier } from '../../api/types'
import { ticketTitle } from '../classifiers/classifierWords'
import { blank, complete, conflicts, faults, type FormValues, merged, toFields, withClassifier } from './ticketFields'

const leak: Classifier = {
  id: 'k1',
  position: 1,
  place_ru: 'квартира',
  place_en: 'flat',
  category_ru: 'вода',
  category_en: 'water',
  problem_ru: 'течь',
  problem_en: 'leak',
  synonyms: '',
  kind: 'emergency',
  priority: 1,
  profile: 'accident',
  law_hint: '≤ 30 мин',
  active: true,
  version: 1,
}
const unit = { id: 'u1', label: 'кв. 7', building: { id: 'b1', name: 'Лесная, 5' } }

describe('the classifier', () => {
  it('gives kind and priority, and freezes no words in the title', () => {
    expect(withClassifier(blank, leak)).toMatchObject({
      kind: 'emergency',
      priority: 1,
      title: '',
      lawHint: '≤ 30 мин',
      classifier: { id: 'k1', problem_ru: 'течь', problem_en: 'leak' },
    })
  })
  it('stands for the title in the language of the reader', () => {
    const ticket = { title: '', classifier: leak }
    expect([ticketTitle(ticket, 'ru'), ticketTitle(ticket, 'en')]).toEqual(['течь', 'leak'])
    expect(ticketTitle({ ...ticket, title: 'Капает с потолка' }, 'en')).toBe('Капает с потолка')
    expect(ticketTitle({ title: '', classifier: null }, 'en')).toBe('')
    expect(faults({ ...withClassifier(blank, leak), unit })).toEqual({})
  })
  it('never overwrites a typed title', () => {
    const typed: FormValues = { ...blank, title: 'Капает с потолка' }
    expect(withClassifier(typed, leak).title).toBe('Капает с потолка')
  })
})

it('says what is missing, too long or no number', () => {
  expect(faults(blank)).toEqual({ title: 'missing', unit: 'missing' })
  expect(faults({ ...blank, title: 'x', placeText: 'двор' })).toEqual({})
  expect(faults({ ...blank, title: 'x', unit })).toEqual({})
  expect(faults({ ...blank, title: 'x'.repeat(302), unit, details: '🔥'.repeat(20_001) })).toEqual({
    title: 2,
    details: 1,
  })
  for (const phone of ['101', '+7 916 123-45-67', '*55#'])
    expect(complete({ ...blank, title: 'x', unit, requesterPhone: phone }), phone).toBe(true)
  for (const phone of ['не помнит', '+7 916 доб', '()', '<b>1</b>'])
    expect(faults({ ...blank, title: 'x', unit, requesterPhone: phone })).toEqual({ requesterPhone: 'letters' })
})

it('a title pasted with a tab and a line break is sent as one line', () => {
  expect(toFields({ ...blank, title: 'Капает\tкран\nна кухне' }).title).toBe('Капает кран на кухне')
})

it('sends the building of the chosen unit and nulls for emptiness', () => {
  expect(toFields({ ...blank, title: ' a ', unit, building: { id: 'other', name: '' } })).toMatchObject({
    title: 'a',
    building_id: 'b1',
    unit_id: 'u1',
    details: '',
  })
})

describe('a conflict', () => {
  const base: FormValues = { ...blank, title: 'a', details: 'd' }
  it('is only what both sides changed to different values', () => {
    const mine = { ...base, title: 'mine', priority: 1 }
    expect(conflicts(base, mine, { ...base, title: 'theirs', priority: 1, details: 'theirs' })).toEqual(['title'])
    expect(conflicts(base, mine, { ...base, priority: 2 })).toEqual(['priority'])
    expect(conflicts(base, mine, base)).toEqual([])
  })
  it('takes a unit and its building together', () => {
    const building = { id: 'b2', name: 'Лесная, 12' }
    const mine = { ...base, unit, building: unit.building }
    const theirs = { ...base, building }
    expect(conflicts(base, mine, theirs)).toEqual(['address'])
    expect(toFields(merged(base, mine, theirs, new Set(['address'])))).toMatchObject({
      building_id: 'b2',
      unit_id: null,
    })
    expect(toFields(merged(base, mine, theirs, new Set()))).toMatchObject({ building_id: 'b1', unit_id: 'u1' })
  })
  it('keeps their untouched fields and lets the person choose the rest', () => {
    const mine = { ...base, title: 'mine' }
    const theirs = { ...base, title: 'theirs', details: 'more' }
    expect(merged(base, mine, theirs, new Set())).toMatchObject({ title: 'mine', details: 'more' })
    expect(merged(base, mine, theirs, new Set(['title']))).toMatchObject({ title: 'theirs', details: 'more' })
  })
})
