// The rules of the house that a compiler does not see. Prints each breach; exit 1 when there is one.
// imports go routes -> shell -> features -> parts -> phone -> {ui} -> {api, i18n, paths}; features never import features.

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, 'src')
const LINES = 400
const FORBIDDEN_NAMES = /(manager|service|handler|helper|util|common|misc|context|core|base)s?\b/i
/** What each folder may import besides itself. */
const MAY = {
  api: [],
  i18n: ['api'],
  paths: [],
  ui: ['api', 'i18n', 'paths'],
  phone: ['api', 'i18n', 'ui'],
  parts: ['api', 'i18n', 'paths', 'ui'],
  features: ['api', 'i18n', 'paths', 'ui', 'parts', 'phone'],
  shell: ['api', 'i18n', 'paths', 'ui', 'parts', 'phone'],
  routes: ['api', 'shell', 'features'],
  main: ['api', 'i18n', 'ui', 'routes'],
}

const breaches = []
const say = (file, what) => breaches.push(`${relative(ROOT, file)}: ${what}`)

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* files(path)
    else if (/\.(ts|tsx)$/.test(name)) yield path
  }
}

const roomOf = (path) =>
  relative(ROOT, path)
    .split('/')[0]
    .replace(/\.tsx?$/, '')

for (const file of files(ROOT)) {
  const text = readFileSync(file, 'utf8')
  const name = relative(ROOT, file)
  if (FORBIDDEN_NAMES.test(name)) say(file, 'a name that says nothing')
  if (text.split('\n').length > LINES && !name.endsWith('generated.ts')) say(file, `more than ${LINES} lines`)
  if (/https?:\/\/(?!127\.0\.0\.1|localhost)/.test(text) && !name.endsWith('generated.ts'))
    say(file, 'an address outside: nothing is loaded from elsewhere')
  if (/dangerouslySetInnerHTML|\beval\(|new Function\(/.test(text))
    say(file, 'forbidden by the content security policy')
  if (/\bfetch\(/.test(text) && name !== 'api/client.ts') say(file, 'fetch belongs to api/client.ts')
  for (const [, target] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
    const path = resolve(dirname(file), target)
    const [mine, theirs] = [roomOf(file), roomOf(path)]
    if (mine === theirs) {
      const feature = (each) => relative(ROOT, each).split('/')[1]
      if (mine === 'features' && feature(file) !== feature(path)) say(file, `a feature imports a feature: ${target}`)
    } else if (!MAY[mine]?.includes(theirs)) say(file, `${mine} must not import ${theirs}: ${target}`)
  }
}

if (breaches.length > 0) {
  console.error(breaches.join('\n'))
  process.exit(1)
}
