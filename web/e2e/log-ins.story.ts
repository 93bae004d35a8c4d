// A person's own log-ins: the connection is told to everybody, a token is made and shown once, a new password ends the other log-ins at
// once, the administrator logs a person out.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { base, logIn, open, type Seat, seat } from './stage'

let browser: Browser
let office: Seat
let here: Seat
let there: Seat
const login = `tech${1000 + Math.floor(Math.random() * 9000)}`
const first = 'three-grey-parrots'
const second = 'four-grey-parrots'

beforeAll(async () => {
  browser = await open()
  office = await seat(browser)
  here = await seat(browser)
  there = await seat(browser)
  await logIn(office.page, 'admin', '/people')
  const person = { login, name: 'Техник Новый', role: 'technician', password: first }
  const made = await office.page.evaluate(
    async (body) =>
      (await fetch('/api/v1/people', { method: 'POST', body, headers: { 'content-type': 'application/json' } })).status,
    JSON.stringify(person),
  )
  expect(made).toBe(201)
})

afterAll(async () => {
  expect([...office.faults, ...here.faults, ...there.faults]).toEqual([])
  await browser.close()
})

it('a technician, who has no board, is connected', async () => {
  const { page } = here
  // The second ping comes after 5 s; the banner would have come 1.5 s after the page.
  let pings = 0
  const pinged = new Promise<void>((done) => {
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        if (String(payload).includes('"ping"')) pings += 1
        if (pings === 2) done()
      })
    })
  })
  await logIn(page, login, '/tickets', { password: first })
  await pinged
  expect(await page.getByText(/Нет связи с сервером/).count()).toBe(0)
})

it('a token is made for some rights and shown once', async () => {
  const { page } = here
  await page.getByRole('link', { name: 'Техник Новый' }).click()
  await page.waitForURL(`${base}/profile`)
  await page.getByRole('button', { name: 'Новый токен' }).click()
  const dialog = page.getByRole('dialog', { name: 'Новый токен' })
  await dialog.getByLabel(/^Название/).fill('Обмен')
  await dialog.getByRole('button', { name: /^Сохранить/ }).click()
  await dialog.getByText('Выберите хотя бы одно право').waitFor()
  await dialog.getByLabel(/^Права/).click()
  await page.getByRole('option', { name: 'tickets.read' }).click()
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: /^Сохранить/ }).click()
  const made = page.getByRole('dialog', { name: 'Токен готов' })
  const token = await made.getByLabel('Токен').inputValue()
  const asked = async (path: string) =>
    (await fetch(`${base}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })).status
  expect([await asked('/tickets'), await asked('/buildings')]).toEqual([200, 403])
  await page.keyboard.press('Escape')
  await page.getByRole('table', { name: 'API-токены' }).getByText('Обмен').waitFor()
})

it('a new password ends the other log-ins at once, and the tokens', async () => {
  await logIn(there.page, login, '/tickets', { password: first })
  const { page } = here
  await page.getByRole('button', { name: 'Сменить пароль' }).click()
  const dialog = page.getByRole('dialog', { name: 'Сменить пароль' })
  await dialog.getByLabel(/^Нынешний пароль/).fill(first)
  await dialog.getByLabel(/^Новый пароль/).fill('пароль123456')
  await dialog.getByRole('button', { name: /^Сохранить/ }).click()
  await dialog.getByText(/^Слишком простой/).waitFor()
  await dialog.getByLabel(/^Новый пароль/).fill(second)
  await dialog.getByRole('button', { name: /^Сохранить/ }).click()
  await dialog.waitFor({ state: 'detached' })
  await there.page.waitForURL(/\/login/, { timeout: 10_000 })
  await page.getByText(/^Токенов нет/).waitFor()
  await logIn(there.page, login, '/tickets', { password: second })
})

it('the administrator sees where a person is logged in, and ends it', async () => {
  const { page } = office
  await page.reload()
  await page
    .getByRole('row', { name: new RegExp(login) })
    .getByRole('button')
    .click()
  const dialog = page.getByRole('dialog', { name: 'Техник Новый' })
  await dialog.getByText('Выполнено входов: 2').waitFor()
  await dialog.getByRole('button', { name: 'Выйти везде' }).click()
  await dialog.getByText('Выполнено входов: 0').waitFor()
  await here.page.waitForURL(/\/login/, { timeout: 10_000 })
  await there.page.waitForURL(/\/login/, { timeout: 10_000 })
})
