// Every page in both languages, light and dark, wide and narrow: words complete, nothing cut off, axe finds nothing.
// With SHOTS=folder each page is also photographed.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, base, logIn, open, seat } from './stage'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const shots = process.env.SHOTS

let browser: Browser
beforeAll(async () => {
  browser = await open()
})
afterAll(() => browser.close())

interface Violation {
  id: string
  nodes: { html: string; failureSummary?: string }[]
}

async function violations(page: Page): Promise<string[]> {
  // Evaluated, not loaded: the page's own policy forbids foreign scripts.
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } }).axe
      .run
    const rules = {
      'empty-table-header': { enabled: true },
      'landmark-unique': { enabled: true },
      'landmark-no-duplicate-main': { enabled: true },
    }
    return (await run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], rules })).violations
  })
  return found.flatMap((each) =>
    each.nodes
      .slice(0, 3)
      .map((node) => `${each.id}: ${node.html.slice(0, 160)} — ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`),
  )
}

/** Pages of a role; ids are filled in from what the demo has. */
async function pagesOf(page: Page, role: string): Promise<string[]> {
  const first = async (path: string) => (await ask<{ items?: { id: string }[] }>(page, path)).items?.[0]?.id
  const flat = async (house: string) =>
    (await ask<{ items: { id: string }[] }>(page, `/units?building=${house}&limit=1`)).items[0]?.id ?? ''
  if (role === 'admin') {
    const house = await first('/buildings')
    return [
      '/board',
      '/people',
      '/people?edit=new',
      `/people?edit=${await first('/people')}`,
      '/buildings',
      '/buildings?edit=new',
      '/classifiers',
      '/classifiers?edit=new',
      '/audit',
      ...(house ? [`/buildings/${house}?unit=${await flat(house)}`, `/buildings/${house}/grid`] : []),
    ]
  }
  if (role === 'technician1') {
    const mine = await first('/tickets?limit=1&executor=me')
    return [
      '/tickets',
      '/tickets?executor=any',
      '/tickets/new',
      '/buildings',
      '/profile',
      '/profile?edit=password',
      '/profile?edit=token',
      ...(mine ? [`/tickets/${mine}`] : []),
    ]
  }
  const [ticket, call, contact, building] = [
    await first('/tickets?limit=1'),
    await first('/calls?limit=1'),
    await first('/contacts?limit=1'),
    await first('/buildings'),
  ]
  const own =
    role === 'supervisor'
      ? ['/board', '/board/wall', '/intakes?show=all']
      : ['/desk', '/tickets/new', '/contacts/new', '/nowhere']
  return [
    ...own,
    '/tickets?state=all',
    '/calls',
    '/callbacks?state=all',
    '/intakes',
    '/contacts',
    '/buildings',
    ...(ticket ? [`/tickets/${ticket}`] : []),
    ...(call ? [`/calls/${call}`] : []),
    ...(contact ? [`/contacts/${contact}`] : []),
    ...(building ? [`/buildings/${building}`, `/buildings/${building}?unit=${await flat(building)}`] : []),
  ]
}

async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => {})
  await page
    .locator('[aria-busy="true"] [role="status"]')
    .first()
    .waitFor({ state: 'detached', timeout: 5000 })
    .catch(() => {})
  await page.evaluate(() => document.fonts.ready)
}

// Before every commit each language, colour and shape once; EVERY_LOOK=1 (in `make nightly`) takes them all.
const looks = [
  { language: 'ru', dark: false, width: 1440, height: 900 },
  { language: 'en', dark: true, width: 390, height: 844 },
  ...(process.env.EVERY_LOOK
    ? ([
        { language: 'en', dark: true, width: 1440, height: 900 },
        { language: 'ru', dark: true, width: 390, height: 844 },
        { language: 'en', dark: false, width: 390, height: 844 },
        { language: 'ru', dark: false, width: 1920, height: 1080 },
      ] as const)
    : []),
] as const

describe.each(looks)('$language dark:$dark $width', (look) => {
  it.each(['dispatcher1', 'supervisor', 'admin', 'technician1'])('%s', async (login) => {
    const { page, context, faults } = await seat(browser, look)
    const name = (path: string) =>
      `${login}${path.replace(/[0-9a-f-]{36}/, 'id').replace(/[^a-z0-9]+/gi, '-')}-${look.language}-${look.dark ? 'dark' : 'light'}-${look.width}.png`
    const faulty: string[] = []
    const look_at = async (path: string) => {
      await settle(page)
      if (shots) await page.screenshot({ path: join(shots, name(path)) })
      const text = await page.locator('body').innerText()
      for (const key of text.match(/\b[a-z]+(_[a-z]+)*\.[a-z_]+\.?[a-z_]*\b/g) ?? [])
        if (/^(ticket|call|desk|phone|board|do|keys|wait|unit|shell|place)\./.test(key))
          faulty.push(`${path}: untranslated ${key}`)
      if (look.language === 'en' && /[А-Яа-яЁё]/.test((await page.locator('nav').allInnerTexts()).join(' ')))
        faulty.push(`${path}: Russian words in the English navigation`)
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      if (wide > 1) faulty.push(`${path}: ${wide} px too wide`)
      faulty.push(...(await violations(page)).map((each) => `${path}: ${each}`))
    }
    if (login === 'dispatcher1') {
      for (const path of ['/login', '/call']) {
        await page.goto(base + path)
        await look_at(path)
      }
    }
    await logIn(page, login)
    for (const path of await pagesOf(page, login)) {
      await page.goto(base + path)
      await look_at(path)
    }
    await context.close()
    expect(faulty).toEqual([])
    expect(faults).toEqual([])
  })
})

it('the language changes without a reload, and what was typed stays', async () => {
  const { page, context } = await seat(browser)
  await logIn(page, 'dispatcher5', '/tickets/new')
  await page.getByLabel(/^Суть/).fill('Не закрывается дверь')
  await page.evaluate(() => Object.assign(window, { untouched: true }))
  await page.getByRole('button', { name: 'Switch to English' }).click()
  await page.getByRole('heading', { name: 'New ticket' }).waitFor()
  expect(await page.getByLabel(/^Title/).inputValue()).toBe('Не закрывается дверь')
  expect(await page.evaluate(() => (window as unknown as { untouched?: boolean }).untouched)).toBe(true)
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en')
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'New ticket' }).click()
  await page.keyboard.press('Shift+Slash')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await context.close()
})
