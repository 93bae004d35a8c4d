// The supervisor's board follows a call, and never shows an old number quietly.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { base, dial, logIn, open, press, type Seat, seat } from './stage'

let browser: Browser
let board: Seat
let wall: Seat
let caller: Seat
// A number of this run alone: on a hotline that was used before, old callbacks of another number do not matter.
const last = String(1000 + Math.floor(Math.random() * 9000))
const number = `+7903555${last}`
const shown = `+7 903 555-${last.slice(0, 2)}-${last.slice(2)}`
let cut = false
const live: (() => void)[] = []

beforeAll(async () => {
  browser = await open()
  board = await seat(browser, { width: 1920, height: 1080 })
  // The board's live socket goes through here, so that the story can cut it.
  await board.page.routeWebSocket(/\/api\/v1\/live$/, (socket) => {
    if (cut) void socket.close()
    else {
      const server = socket.connectToServer()
      live.push(() => {
        void server.close()
        void socket.close()
      })
    }
  })
  wall = await seat(browser, { width: 1920, height: 1080 })
  caller = await seat(browser)
  await logIn(board.page, 'supervisor', '/board')
})

afterAll(async () => {
  expect([...board.faults, ...wall.faults, ...caller.faults]).toEqual([])
  await browser.close()
})

const waiting = () => board.page.getByRole('region', { name: /^Ждут ответа/ })
const calls = () => board.page.getByRole('region', { name: /^Текущие звонки/ })

it('shows the call in the menu, then in the queue', async () => {
  await waiting().getByText('Никто не ждёт').waitFor()
  await dial(caller.page, '1000', number)
  await calls().getByText(shown).waitFor()
  await calls().getByText('Меню').waitFor()
  await press(caller.page, '0')
  await waiting().getByText(shown).waitFor({ timeout: 20_000 })
})

it('the wallboard has no chrome and the same number', async () => {
  await logIn(wall.page, 'supervisor', '/board')
  await wall.page.goto(`${base}/board/wall`)
  const queue = wall.page.getByRole('region').filter({ hasText: 'Ждут' }).filter({ hasText: '1' }).first()
  await queue.waitFor()
  expect(await wall.page.getByRole('navigation').count()).toBe(0)
  const size = await wall.page
    .getByText('Ждут', { exact: true })
    .first()
    .evaluate((label) => parseFloat(getComputedStyle(label.nextElementSibling as Element).fontSize))
  expect(size).toBeGreaterThan(100)
})

it('an emergency for which nobody is ready is an alarm at once, on the board and on the wall', async () => {
  const emergency = await seat(browser)
  await dial(emergency.page, '1112', null)
  for (const { page } of [board, wall]) {
    const queue = page.getByRole('region', { name: 'Аварийная' })
    await queue.getByRole('alert').getByText('Авария ждёт, а готовых диспетчеров нет').waitFor({ timeout: 30_000 })
    expect(await queue.getAttribute('data-alarm')).toBe('breach')
    // The other queue waits in vain too, which the law allows for a while.
    const main = page.getByRole('region', { name: 'Основная' })
    await main.getByText('Ждут, а готовых диспетчеров нет').waitFor()
    expect(await main.getAttribute('data-alarm')).toBe('soon')
    // What the figures should be stands beside them.
    await main.getByText('норма до 5:00').waitFor()
    await main.getByText('за 20 с').waitFor()
  }
  for (const [width, height] of [
    [1920, 1080],
    [1366, 768],
  ] as const) {
    for (const { page } of [board, wall]) {
      await page.setViewportSize({ width, height })
      const [wide, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
      expect(wide, `${page.url()} at ${width}`).toBeLessThanOrEqual(view ?? 0)
      if (process.env.LOOK)
        await page.screenshot({ path: `${process.env.LOOK}/${page === wall.page ? 'wall' : 'board'}-${width}.png` })
    }
  }
  if (process.env.LOOK)
    for (const { page } of [board, wall]) {
      await page.evaluate(() => localStorage.setItem('linedesk.language', 'en'))
      await page.reload()
      await page.getByText('An emergency waits and nobody is ready').waitFor()
      await page.screenshot({ path: `${process.env.LOOK}/${page === wall.page ? 'wall' : 'board'}-en.png` })
      await page.evaluate(() => localStorage.setItem('linedesk.language', 'ru'))
      await page.reload()
    }
  await emergency.page.getByRole('button', { name: 'Завершить' }).click()
  for (const { page } of [board, wall])
    await page.locator('[data-alarm="breach"]').waitFor({ state: 'detached', timeout: 15_000 })
  expect(emergency.faults).toEqual([])
  await emergency.context.close()
})

it('says that it is old while the connection is away, and is right again afterwards', async () => {
  cut = true
  for (const close of live) close()
  await board.page
    .getByText(/Нет связи с сервером/)
    .first()
    .waitFor({ timeout: 10_000 })
  await caller.page.getByRole('button', { name: 'Завершить' }).click()
  cut = false
  await waiting().getByText('Никто не ждёт').waitFor({ timeout: 30_000 })
  expect(await board.page.getByText(/Нет связи с сервером/).count()).toBe(0)
})

it('the caller who left is a callback with a clock, claimed by one', async () => {
  const desk = await seat(browser)
  await logIn(desk.page, 'dispatcher4')
  const row = desk.page
    .getByRole('row', { name: new RegExp(shown.replace('+', '\\+')) })
    .filter({ hasText: 'Перезвонить' })
  await row.getByText(/осталось/).waitFor({ timeout: 15_000 })
  await row.getByRole('button', { name: 'Взять' }).click()
  await row.getByRole('button', { name: 'Дозвонились' }).click()
  await row.waitFor({ state: 'detached' })
  expect(desk.faults).toEqual([])
})
