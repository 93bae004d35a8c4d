// Two dispatchers at one computer: what one of them typed and did not save is nothing to the other.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, logIn, open, type Seat, seat, shot } from './stage'

let browser: Browser
let desk: Seat
let ticket = ''

beforeAll(async () => {
  browser = await open()
  desk = await seat(browser, { width: 1366, height: 768 })
  await logIn(desk.page, 'dispatcher5')
  const { items } = await ask<{ items: { id: string }[] }>(desk.page, '/tickets?limit=1')
  ticket = `/tickets/${items[0]?.id}`
})

afterAll(async () => {
  expect(desk.faults).toEqual([])
  await browser.close()
})

const comment = () => desk.page.getByRole('textbox', { name: 'Текст комментария' })
const logOut = () => desk.page.getByRole('button', { name: 'Выйти' }).click()

async function openAs(login: string): Promise<void> {
  await desk.page.waitForURL(/\/login/)
  await logIn(desk.page, login, ticket)
  await comment().waitFor()
}

it('the log-out says what is not saved, and it waits for the same person', async () => {
  await logOut()
  await openAs('dispatcher5')
  await comment().fill('Звонила дважды, ждёт мастера')
  await logOut()
  const dialog = desk.page.getByRole('dialog', { name: 'Есть несохранённое' })
  await dialog.getByText('Звонила дважды, ждёт мастера').waitFor()
  await shot(desk.page, 'log-out-drafts')
  await dialog.getByRole('button', { name: 'Оставить в этом браузере и выйти' }).click()

  await openAs('dispatcher4')
  expect(await comment().inputValue()).toBe('')
  await logOut()
  await openAs('dispatcher5')
  expect(await comment().inputValue()).toBe('Звонила дважды, ждёт мастера')
})

it('what is thrown away is gone', async () => {
  await logOut()
  await desk.page
    .getByRole('dialog', { name: 'Есть несохранённое' })
    .getByRole('button', { name: 'Выбросить и выйти' })
    .click()
  await openAs('dispatcher5')
  expect(await comment().inputValue()).toBe('')
})
