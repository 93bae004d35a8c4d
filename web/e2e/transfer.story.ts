// A call goes to a colleague, blind, and to a queue.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { beReady, dial, hearsMore, logIn, open, phoneBar, press, type Seat, seat } from './stage'

let browser: Browser
let first: Seat
let second: Seat
let caller: Seat

beforeAll(async () => {
  browser = await open()
  first = await seat(browser)
  second = await seat(browser)
  caller = await seat(browser)
  await logIn(first.page, 'dispatcher2')
  await logIn(second.page, 'dispatcher3')
  await beReady(first.page)
})

afterAll(async () => {
  expect([...first.faults, ...second.faults, ...caller.faults]).toEqual([])
  await browser.close()
})

it('to a ready colleague, found by typing', async () => {
  await dial(caller.page, '1000', null)
  await press(caller.page, '0')
  await phoneBar(first.page)
    .getByRole('button', { name: /^Ответить/ })
    .waitFor({ timeout: 30_000 })
  await first.page.keyboard.press('Alt+KeyA')
  await phoneBar(first.page)
    .getByRole('button', { name: /^Завершить/ })
    .waitFor()
  await beReady(second.page)

  await first.page.keyboard.press('Alt+KeyT')
  const dialog = first.page.getByRole('dialog', { name: 'Перевести звонок' })
  await dialog.getByRole('option', { name: /Готов/ }).first().waitFor()
  const { name } = await second.page.evaluate(async () => (await fetch('/api/v1/me')).json())
  await dialog.getByRole('combobox').fill(name)
  await first.page.keyboard.press('Enter')

  await phoneBar(second.page)
    .getByRole('button', { name: /^Ответить/ })
    .waitFor({ timeout: 15_000 })
  await second.page.keyboard.press('F2')
  await phoneBar(second.page)
    .getByRole('button', { name: /^Завершить/ })
    .waitFor()
  await Promise.all([hearsMore(second.page, 'the colleague'), hearsMore(caller.page, 'the caller')])
  await phoneBar(first.page)
    .getByText(/Завершение/)
    .first()
    .waitFor()
})

it('a hidden number is said to be hidden, nobody is guessed', async () => {
  await second.page.getByText('Номер скрыт. Сначала спросите адрес.').waitFor()
  await phoneBar(second.page)
    .getByRole('button', { name: /^Завершить/ })
    .click()
  await caller.page.getByText('Звонок завершён').waitFor()
})
