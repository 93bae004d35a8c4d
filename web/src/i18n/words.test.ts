import { expect, it } from 'vitest'
import en from './en.json'
import ru from './ru.json'

type Words = { [key: string]: string | Words }

function flat(words: Words, path = ''): Map<string, string> {
  const list = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') list.set(path + key, value)
    else for (const [inner, text] of flat(value, `${path}${key}.`)) list.set(inner, text)
  }
  return list
}

const PLURAL = /_(one|few|many|other)$/
const stem = (key: string) => key.replace(PLURAL, '')
const [russian, english] = [flat(ru), flat(en)]

it('both languages have the same words', () => {
  const of = (words: Map<string, string>) => [...new Set([...words.keys()].map(stem))].sort()
  expect(of(russian)).toEqual(of(english))
})

it('every counted word has all the forms of its language', () => {
  for (const [words, forms] of [[russian, ['one', 'few', 'many', 'other']], [english, ['one', 'other']]] as const) {
    const counted = new Set([...words.keys()].filter((key) => PLURAL.test(key)).map(stem))
    for (const key of counted) for (const form of forms) expect(words.has(`${key}_${form}`), `${key}_${form}`).toBe(true)
  }
})

it('a translation keeps the places of the values', () => {
  const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()
  for (const [key, text] of russian) {
    const other = english.get(key)
    if (other !== undefined) expect(places(other), key).toEqual(places(text))
  }
})
