// A call rings while something else is being done: who calls is seen beside it. A copy of the page is a second window, not a second phone.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, base, beReady, dial, hearsMore, knownPhones, logIn, open, phoneBar, type Seat, seat, shot } from './stage'

let browser: Browser
let desk: Seat
let colleague: Seat
let caller: Seat
let single: string

beforeAll(async () => {
  browser = await open()
  desk = await seat(browser, { width: 1366, height: 768 })
  colleague = await seat(browser, { width: 390, height: 844, language: 'en' })
  caller = await seat(browser)
  await logIn(desk.page, 'dispatcher1')
  await logIn(colleague.page, 'dispatcher2')
  single = (await knownPhones(desk.page)).single
})

afterAll(async () => {
  expect([...desk.faults, ...colleague.faults, ...caller.faults]).toEqual([])
  await browser.close()
})

const cardOf = (page: Page) => page.getByRole('region', { name: /^(Кто звонит|Caller)$/ })
const answer = (page: Page) => phoneBar(page).getByRole('button', { name: /^(Ответить|Answer)/ })
const hangUp = (page: Page) => phoneBar(page).getByRole('button', { name: /^(Завершить|Hang up)/ })

it('over an open form: who, where, and that it is an emergency; the page and the focus stay', async () => {
  const { page } = desk
  await page.goto(`${base}/tickets/new`)
  await beReady(page)
  const field = page.getByLabel(/^Суть/)
  await field.fill('Не закрывается дверь')
  await dial(caller.page, '1112', single)
  await answer(page).waitFor({ timeout: 30_000 })
  const { items } = await ask<{ items: { full_name: string; units: { label: string }[] }[] }>(
    page,
    `/contacts?phone=${encodeURIComponent(single)}`,
  )
  const card = cardOf(page)
  await card.getByText(items[0]?.full_name ?? '').waitFor()
  expect(await card.innerText()).toContain(items[0]?.units[0]?.label)
  await card.getByText('Аварийная').waitFor()
  await phoneBar(page).getByText('Аварийная').waitFor()
  await field.press('End')
  await page.keyboard.type('!')
  expect(await field.inputValue()).toBe('Не закрывается дверь!')
  expect(new URL(page.url()).pathname).toBe('/tickets/new')
  await shot(page, 'ring-over-a-form')
  await page.setViewportSize({ width: 390, height: 844 })
  await shot(page, 'ring-over-a-form-390')
  await page.setViewportSize({ width: 1440, height: 900 })
  await shot(page, 'ring-over-a-form-1440')
  await page.setViewportSize({ width: 1366, height: 768 })
  await card.getByRole('button', { name: 'Скрыть карточку звонящего' }).click()
  await card.waitFor({ state: 'detached' })
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
  await page.keyboard.press('F2')
  await hangUp(page).waitFor()
})

it('a duplicated tab says that the call is in another window, and takes nothing over', async () => {
  const opened = desk.context.waitForEvent('page')
  // A window opened by a page begins with a copy of its session storage, as a duplicated tab does.
  await desk.page.evaluate(() => void window.open(location.href, '_blank'))
  const copy = await opened
  expect(await copy.evaluate(() => sessionStorage.getItem('linedesk.call'))).not.toBeUndefined()
  await phoneBar(copy).getByText('Разговор идёт в другом окне').waitFor()
  await hearsMore(caller.page, 'the caller beside the copy')
  await shot(copy, 'duplicated-tab')
  await copy.reload()
  await phoneBar(copy).getByText('Разговор идёт в другом окне').waitFor()
  await copy.close()
  await hangUp(desk.page).waitFor()
  await hearsMore(caller.page, 'the caller after the copy')
})

it('who gave a call to a queue reads to which, also after a reload', async () => {
  const { page } = desk
  const bar = phoneBar(page)
  await page.keyboard.press('Alt+KeyT')
  const dialog = page.getByRole('dialog', { name: 'Перевести звонок' })
  await dialog.getByRole('combobox').fill('Основная')
  await dialog
    .getByRole('option', { name: /Основная/ })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await bar.getByText(/^Переведён, ждёт в очереди: Основная/).waitFor()
  await page.reload()
  await bar.getByText(/^Переведён, ждёт в очереди: Основная/).waitFor()
  await shot(page, 'given-after-reload')
})

it('on a phone the strip and the card are seen together; the waits are counted one by one', async () => {
  const { page } = colleague
  await page.goto(`${base}/contacts/new`)
  await page.getByTitle('Line connected').waitFor({ timeout: 20_000 })
  // The call waits already: it rings at once.
  await phoneBar(page)
    .getByRole('button', { name: /^Ready/ })
    .click()
  await answer(page).waitFor({ timeout: 15_000 })
  await cardOf(page).waitFor()
  const [bar, card] = [await phoneBar(page).boundingBox(), await cardOf(page).boundingBox()]
  expect((bar?.y ?? 0) + (bar?.height ?? 0)).toBeLessThanOrEqual(card?.y ?? 0)
  await shot(page, 'ring-390')
  await answer(page).click()
  await hangUp(page).waitFor()
  const { name } = await ask<{ name: string }>(desk.page, '/me')
  await cardOf(page).getByText(`after the transfer by ${name}`).waitFor()
  await shot(page, 'waits-390')
  await hangUp(page).click()
  await caller.page.getByText('Звонок завершён').waitFor()
})
