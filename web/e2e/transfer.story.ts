// A call goes to a colleague, blind, with what was written down; to a queue.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  ask,
  base,
  beReady,
  dial,
  hearsMore,
  logIn,
  open,
  phoneBar,
  press,
  type Seat,
  seat,
  shot,
  until,
} from './stage'

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
  const form = (page: Page) => page.getByRole('region', { name: 'Заявка', exact: true })
  await form(first.page).getByLabel('Подробности').fill('Капает с потолка в ванной')
  // The ring neither moves the colleague nor takes the focus from where they type.
  await second.page.goto(`${base}/contacts`)
  await beReady(second.page)
  const search = second.page.getByRole('main').getByRole('textbox').first()
  await search.fill('Ким')

  await first.page.keyboard.press('Alt+KeyT')
  const dialog = first.page.getByRole('dialog', { name: 'Перевести звонок' })
  await dialog.getByRole('option', { name: /Готов/ }).first().waitFor()
  const { name } = await second.page.evaluate(async () => (await fetch('/api/v1/me')).json())
  await dialog.getByRole('combobox').fill(name)
  await first.page.keyboard.press('Enter')

  await phoneBar(second.page)
    .getByRole('button', { name: /^Ответить/ })
    .waitFor({ timeout: 15_000 })
  await phoneBar(second.page)
    .getByText(/переводит/)
    .waitFor()
  await phoneBar(first.page)
    .getByText(/^Перевод/)
    .waitFor()
  expect(await phoneBar(second.page).getByText('Разговор').count()).toBe(0)
  expect(new URL(second.page.url()).pathname).toBe('/contacts')
  expect(await search.evaluate((input) => input === document.activeElement)).toBe(true)
  await shot(second.page, 'transfer-rings')

  await second.page.keyboard.press('F2')
  await phoneBar(second.page)
    .getByRole('button', { name: /^Завершить/ })
    .waitFor()
  await second.page.waitForURL((url) => url.pathname === '/desk')
  const author = (await ask<{ name: string }>(first.page, '/me')).name
  await form(second.page)
    .getByText(new RegExp(`^Уже записано: ${author}`))
    .waitFor()
  const details = form(second.page).getByLabel('Подробности')
  expect(await details.inputValue()).toBe('Капает с потолка в ванной')
  await shot(second.page, 'transfer-draft')

  await details.fill('Капает с потолка в ванной, этаж 3')
  await until(
    "the first agent to see the colleague's words",
    async () => (await form(first.page).getByLabel('Подробности').inputValue()) === 'Капает с потолка в ванной, этаж 3',
  )
  await Promise.all([hearsMore(second.page, 'the colleague'), hearsMore(caller.page, 'the caller')])
  await phoneBar(first.page)
    .getByText(/Завершение/)
    .first()
    .waitFor()
})

it('to a colleague who does not answer: who is rung is said, and then that the call waits again', async () => {
  const bar = phoneBar(second.page)
  await beReady(first.page)
  await second.page.keyboard.press('Alt+KeyT')
  const dialog = second.page.getByRole('dialog', { name: 'Перевести звонок' })
  const { name } = await ask<{ name: string }>(first.page, '/me')
  await dialog.getByRole('combobox').fill(name)
  await dialog.getByRole('option', { name: /Готов/ }).first().waitFor()
  await second.page.keyboard.press('Enter')
  await bar.getByText(`Перевод, ждём ответа: ${name}`).waitFor()
  await until('the focus to be somewhere after the transfer', () =>
    second.page.evaluate(() => document.activeElement !== null && document.activeElement !== document.body),
  )
  await phoneBar(first.page)
    .getByText(/переводит/)
    .waitFor()
  await phoneBar(first.page)
    .getByRole('button', { name: /^Отклонить/ })
    .click()
  await bar.getByText(`Нет ответа: ${name}. Звонок снова в очереди`).waitFor()
  await shot(second.page, 'transfer-missed')
  // The call waits for whoever is ready: it rings at once.
  await bar.getByRole('button', { name: /^Готов/ }).click()
  await bar.getByRole('button', { name: /^Ответить/ }).waitFor({ timeout: 15_000 })
  await second.page.keyboard.press('F2')
  await bar.getByRole('button', { name: /^Завершить/ }).waitFor()
})

it('a hidden number is said to be hidden, nobody is guessed', async () => {
  await second.page.getByText('Номер скрыт. Сначала спросите адрес.').waitFor()
  await phoneBar(second.page)
    .getByRole('button', { name: /^Завершить/ })
    .click()
  await caller.page.getByText('Звонок завершён').waitFor()
})
