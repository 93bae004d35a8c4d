// After the hang-up: the outcome has the focus, and whatever cannot be done says why.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, beReady, dial, knownPhones, logIn, open, phoneBar, press, type Seat, seat, shot, until } from './stage'

let browser: Browser
let first: Seat
let second: Seat
let caller: Seat
let number: string

beforeAll(async () => {
  browser = await open()
  first = await seat(browser, { width: 1366, height: 768 })
  second = await seat(browser, { width: 1366, height: 768 })
  caller = await seat(browser)
  await logIn(first.page, 'dispatcher1')
  await logIn(second.page, 'dispatcher2')
  number = (await knownPhones(first.page)).single
  await beReady(first.page)
})

afterAll(async () => {
  expect([...first.faults, ...second.faults, ...caller.faults]).toEqual([])
  await browser.close()
})

const form = (page: Page) => page.getByRole('region', { name: 'Заявка', exact: true })
const outcomes = (page: Page) => page.getByRole('radiogroup', { name: 'Итог' })
const title = (page: Page) => form(page).getByLabel(/^Суть/)
const left = (page: Page) =>
  phoneBar(page)
    .getByTestId('on-the-line')
    .evaluate((name) => Math.round(name.getBoundingClientRect().left))

async function talk(page: Page): Promise<void> {
  await phoneBar(page)
    .getByRole('button', { name: /^Ответить/ })
    .waitFor({ timeout: 30_000 })
  await page.keyboard.press('F2')
  await phoneBar(page)
    .getByRole('button', { name: /^Завершить/ })
    .waitFor()
}

/** The hang-up of the caller; the focus is on the outcome. */
async function over(page: Page): Promise<void> {
  await outcomes(page).waitFor()
  await caller.page.getByRole('button', { name: 'Завершить' }).click()
  await outcomes(page).getByRole('radio').and(page.locator(':focus')).waitFor()
}

it('a ticket of one’s own is saved from the outcome; what it lacks is said and has the focus', async () => {
  const { page } = first
  await dial(caller.page, '1000', number)
  await press(caller.page, '0')
  await phoneBar(page)
    .getByRole('button', { name: /^Ответить/ })
    .waitFor({ timeout: 30_000 })
  const places = [await left(page)]
  await talk(page)
  places.push(await left(page))
  await title(page).waitFor()
  await over(page)
  await phoneBar(page).getByText('Завершение', { exact: true }).waitFor()
  places.push(await left(page))
  expect(new Set(places).size, String(places)).toBe(1)

  await page.keyboard.press('Digit1')
  await page.keyboard.press('Alt+KeyW')
  await page
    .locator('.toasts')
    .getByText(/^Сначала сохраните заявку/)
    .waitFor()
  await title(page).and(page.locator(':focus')).waitFor()
  expect(await title(page).getAttribute('aria-invalid')).toBe('true')
  await shot(page, 'outcome-refused')
  await page.keyboard.type('Течёт кран')
  await page.keyboard.press('Alt+KeyS')
  await page.getByTestId('ticket-number').waitFor()
  await page.keyboard.press('Alt+KeyW')
  await page
    .getByRole('status')
    .getByText(/^Итог: Создана заявка/)
    .waitFor()
})

it('a colleague’s draft is saved by Alt S with the focus on the outcome', async () => {
  await beReady(first.page)
  await dial(caller.page, '1000', number)
  await press(caller.page, '0')
  await talk(first.page)
  await title(first.page).fill('Капает второй день')
  await beReady(second.page)
  await first.page.keyboard.press('Alt+KeyT')
  const dialog = first.page.getByRole('dialog', { name: 'Перевести звонок' })
  const { name } = await ask<{ name: string }>(second.page, '/me')
  await dialog.getByRole('combobox').fill(name)
  await dialog.getByRole('option', { name: /Готов/ }).first().waitFor()
  await first.page.keyboard.press('Enter')
  await talk(second.page)
  const { page } = second
  await until("the colleague's draft", async () => (await title(page).inputValue()) === 'Капает второй день')
  await over(page)
  await page.keyboard.press('Digit1')
  await page.keyboard.press('Alt+KeyS')
  await page.getByTestId('ticket-number').waitFor()
  await outcomes(page).getByRole('radio', { name: 'Создана заявка', checked: true }).waitFor()
  await page.keyboard.press('Alt+KeyW')
  await page
    .getByRole('status')
    .getByText(/^Итог: Создана заявка/)
    .waitFor()
})
