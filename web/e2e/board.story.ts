// The supervisor's board follows a call, and never shows an old number quietly.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { base, dial, logIn, open, press, type Seat, seat } from './stage'

let browser: Browser
let board: Seat
let wall: Seat
let caller: Seat

beforeAll(async () => {
  browser = await open()
  board = await seat(browser, { width: 1920, height: 1080 })
  wall = await seat(browser, { width: 1920, height: 1080 })
  caller = await seat(browser)
  await logIn(board.page, 'supervisor', '/board')
})

afterAll(async () => {
  expect([...board.faults, ...wall.faults, ...caller.faults]).toEqual([])
  await browser.close()
})

const waiting = () => board.page.getByRole('region', { name: /^Ждут ответа/ })
const calls = () => board.page.getByRole('region', { name: /^Звонки сейчас/ })

it('shows the call in the menu, then in the queue', async () => {
  await waiting().getByText('Никто не ждёт').waitFor()
  await dial(caller.page, '1000', '+79035550101')
  await calls().getByText('+7 903 555-01-01').waitFor()
  await calls().getByText('Меню').waitFor()
  await press(caller.page, '0')
  await waiting().getByText('+7 903 555-01-01').waitFor({ timeout: 20_000 })
})

it('the wallboard has no chrome and the same number', async () => {
  await logIn(wall.page, 'supervisor', '/board')
  await wall.page.goto(`${base}/board/wall`)
  const queue = wall.page.getByRole('region').filter({ hasText: 'Ждут' }).filter({ hasText: '1' }).first()
  await queue.waitFor()
  expect(await wall.page.getByRole('navigation').count()).toBe(0)
  const size = await wall.page.getByText('Ждут', { exact: true }).first().evaluate((label) => parseFloat(getComputedStyle(label.nextElementSibling as Element).fontSize))
  expect(size).toBeGreaterThan(100)
})

it('says that it is old while the connection is away, and is right again afterwards', async () => {
  await board.context.setOffline(true)
  await board.page.evaluate(() => window.dispatchEvent(new Event('offline')))
  await board.page.getByText(/Нет связи с сервером/).first().waitFor({ timeout: 40_000 })
  await caller.page.getByRole('button', { name: 'Завершить' }).click()
  await board.context.setOffline(false)
  await waiting().getByText('Никто не ждёт').waitFor({ timeout: 30_000 })
  expect(await board.page.getByText(/Нет связи с сервером/).count()).toBe(0)
})

it('the caller who left is a callback with a clock, claimed by one', async () => {
  const desk = await seat(browser)
  await logIn(desk.page, 'dispatcher4')
  const row = desk.page.getByRole('row', { name: /\+7 903 555-01-01/ }).filter({ hasText: 'Перезвонить' })
  await row.getByText(/осталось/).waitFor({ timeout: 15_000 })
  await row.getByRole('button', { name: 'Взять' }).click()
  await row.getByRole('button', { name: 'Дозвонились' }).click()
  await row.waitFor({ state: 'detached' })
  expect(desk.faults).toEqual([])
})
