import { expect, it } from 'vitest'
import { Problem } from '../api/problem'
import { apart } from './useEdit'

const refused = (...fields: string[]) =>
  new Problem({ slug: 'invalid', status: 422, errors: fields.map((field) => ({ field, message: `no ${field}` })) })

it('what the server refuses of a field stands beside the field, the rest in the note', () => {
  const values = { id: '', title: '', placeText: '', phones: [{ value: '' }] }
  const [beside, rest] = apart(
    refused('title', 'place_text', 'phones[0].value', 'phones[1].value', 'id'),
    values,
    (said) => said,
  )
  expect(beside).toEqual({ title: 'no title', placeText: 'no place_text', 'phones.0.value': 'no phones[0].value' })
  expect(rest.errors.map((each) => each.field)).toEqual(['phones[1].value', 'id'])
  expect([rest.slug, rest.status]).toEqual(['invalid', 422])
})
