import { expect, it } from 'vitest'
import { sentenceKey } from '.'
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
  for (const [words, forms] of [
    [russian, ['one', 'few', 'many', 'other']],
    [english, ['one', 'other']],
  ] as const) {
    const counted = new Set(
      [...words].filter(([key, text]) => PLURAL.test(key) && text.includes('{{count}}')).map(([key]) => stem(key)),
    )
    for (const key of counted)
      for (const form of forms) expect(words.has(`${key}_${form}`), `${key}_${form}`).toBe(true)
  }
})

it('a translation keeps the places of the values', () => {
  const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()
  for (const [key, text] of russian) {
    const other = english.get(key)
    if (other !== undefined) expect(places(other), key).toEqual(places(text))
  }
})

const SOURCES = Object.values(
  import.meta.glob<string>('../../../src/**/*.rs', { query: '?raw', import: 'default', eager: true }),
)

// Refusals of the server are shown to dispatchers: every new message or kind of problem needs a text in both languages.
it('everything that the server says about a field has words', () => {
  expect(SOURCES.length).toBeGreaterThan(50)
  const lacks = new Set<string>()
  for (const text of SOURCES) {
    for (const [, field, message] of text.matchAll(
      /(?:\bthat|(?:Problem|Error)::invalid)\((?:[^"();]|\([^()]*(?:\([^()]*\)[^()]*)*\)|\[(?:"[^"]*",?\s*)*\])*?"([a-z_.]+)",\s*"([^"]+)",?\s*\)/g,
    )) {
      if (!russian.has(`problem.said.${sentenceKey(message ?? '')}`))
        lacks.add(`problem.said.${sentenceKey(message ?? '')}: ${field} ${message}`)
    }
    for (const [, field, message] of text.matchAll(/Taken \{ field: "([a-z_.]+)", message: "([^"]+)" \}/g)) {
      if (!russian.has(`problem.said.${sentenceKey(message ?? '')}`)) lacks.add(`${field} ${message}`)
    }
  }
  expect([...lacks]).toEqual([])
})

it('every kind of problem has a title', () => {
  const programs = new Set(['malformed', 'media-type', 'method', 'origin', 'too-many-tokens'])
  const lacks = new Set<string>()
  for (const text of SOURCES) {
    for (const [, slug] of text.matchAll(/Problem::(?:conflict|new)\(\s*(?:StatusCode::\w+,\s*)?"([a-z-]+)",/g)) {
      if (!programs.has(slug ?? '') && !russian.has(`problem.${slug}.title`)) lacks.add(slug ?? '')
    }
  }
  expect([...lacks]).toEqual([])
})
