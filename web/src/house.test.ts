import { expect, it } from 'vitest'

// Rules that oxlint cannot express.

const SOURCES = import.meta.glob<string>(['./**/*.{ts,tsx}', '!./api/generated.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** What each folder may import besides itself. */
const MAY: Record<string, string[]> = {
  api: [],
  i18n: ['api'],
  paths: [],
  ui: ['api', 'i18n', 'paths'],
  phone: ['api', 'i18n', 'ui', 'nouns'],
  nouns: ['api', 'i18n', 'paths', 'ui'],
  features: ['api', 'i18n', 'paths', 'ui', 'nouns', 'phone'],
  shell: ['api', 'i18n', 'paths', 'ui', 'nouns', 'phone'],
  routes: ['api', 'shell', 'features'],
  main: ['api', 'i18n', 'ui', 'routes'],
}
/** Subfolders that must not import each other. */
const APART = ['features']

function breaches(rule: (path: string, text: string) => Iterable<string>): string[] {
  const paths = Object.keys(SOURCES)
  expect(paths.length).toBeGreaterThan(80)
  return paths.flatMap((path) => [...rule(path, SOURCES[path] ?? '')].map((said) => `${path}: ${said}`))
}

function resolved(from: string, target: string): string[] {
  return new URL(target, `file:///${from}`).pathname.slice(1).split('/')
}

it('imports go routes, shell and features, phone, nouns, ui, api; a feature imports no other feature', () => {
  const found = breaches(function* (path, text) {
    const mine = resolved(path, `/${path}`)
    const folder = mine[0]?.replace(/\.tsx?$/, '') ?? ''
    if (folder.endsWith('.test')) return
    for (const [, target] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const theirs = resolved(path, target ?? '')
      const other = theirs[0] ?? ''
      if (other !== folder) {
        if (!MAY[folder]?.includes(other)) yield `${folder} must not import ${target}`
      } else if (APART.includes(folder) && mine[1] !== theirs[1]) yield `must not import its neighbour ${target}`
    }
  })
  expect(found).toEqual([])
})

it('a file is named by what it holds', () => {
  const empty = /(manager|helper|util|common|misc|base)s?\b/i
  expect(Object.keys(SOURCES).filter((path) => empty.test(path))).toEqual([])
})

it('nothing is loaded from outside', () => {
  const found = breaches(function* (_, text) {
    for (const [address] of text.matchAll(/https?:\/\/(?!127\.0\.0\.1|localhost)\S*/g)) yield address
  })
  expect(found).toEqual([])
})

it('a column without a name is none: a head that nobody sees is hidden by its class', () => {
  const found = breaches(function* (_, text) {
    for (const [head] of text.matchAll(/<th\b[^>]*\/>|<th\b[^>]*>\s*<\/th>/g)) yield head
  })
  expect(found).toEqual([])
})

it('an aside says what it is: a page has several', () => {
  const found = breaches(function* (_, text) {
    for (const [aside] of text.matchAll(/<aside\b(?:[^>{]|\{[^}]*\}+)*>/g)) if (!/aria-label/.test(aside)) yield aside
  })
  expect(found).toEqual([])
})
