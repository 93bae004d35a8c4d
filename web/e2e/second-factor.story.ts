// The second factor: an app is connected by its QR code, a log-in has two steps, a recovery code takes the place of a lost phone, the
// administrator resets it; and where it is a must, nothing else opens before.

import { createHmac } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EMPTY_PASSWORD, start } from './server'
import { base, logIn, open, type Seat, seat } from './stage'

let browser: Browser
let office: Seat
let here: Seat
const login = `tech${1000 + Math.floor(Math.random() * 9000)}`
const password = 'three-grey-parrots'
let secret = ''
let recovery = ''

beforeAll(async () => {
  browser = await open()
  office = await seat(browser)
  here = await seat(browser)
  await logIn(office.page, 'admin', '/people')
  const person = { login, name: 'Техник Осторожный', role: 'technician', password }
  const made = await office.page.evaluate(
    async (body) =>
      (await fetch('/api/v1/people', { method: 'POST', body, headers: { 'content-type': 'application/json' } })).status,
    JSON.stringify(person),
  )
  expect(made).toBe(201)
})

afterAll(async () => {
  expect([...office.faults, ...here.faults]).toEqual([])
  await browser.close()
})

/** RFC 6238: what the app on the telephone shows, `later` seconds from now. */
function code(base32: string, later = 0): string {
  const bits = [...base32.replaceAll(' ', '')]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor((Date.now() / 1000 + later) / 30)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const at = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

async function connect(page: Page, secretOf: string): Promise<string[]> {
  await page.getByRole('button', { name: 'Настроить' }).click()
  const dialog = page.getByRole('dialog', { name: 'Второй фактор' })
  await dialog.getByLabel(/^Пароль/).fill(secretOf)
  await page.keyboard.press('Enter')
  await dialog.getByRole('img', { name: 'QR-код для приложения' }).waitFor()
  secret = await dialog.getByLabel(/^Если камеры нет/).inputValue()
  await dialog.getByLabel(/^Код из приложения/).fill('000000')
  await page.keyboard.press('Enter')
  await dialog.getByText(/^Код не подходит/).waitFor()
  await dialog.getByLabel(/^Код из приложения/).fill(code(secret))
  await page.keyboard.press('Enter')
  const codes = page.getByRole('dialog', { name: 'Резервные коды' })
  await codes.waitFor()
  const list = await codes.getByRole('list', { name: 'Резервные коды' }).getByRole('listitem').allTextContents()
  await page.keyboard.press('Enter')
  await codes.waitFor({ state: 'detached' })
  return list
}

/** The first step of a log-in. */
async function give(page: Page, at: string, name: string, its: string): Promise<void> {
  await page.goto(`${at}/login?back=%2Fprofile`)
  await page.getByLabel(/^Логин/).fill(name)
  await page.getByLabel(/^Пароль/).fill(its)
  await page.keyboard.press('Enter')
}

it('an app is connected by its QR code', async () => {
  const { page } = here
  await logIn(page, login, '/profile', { password })
  const codes = await connect(page, password)
  expect(codes).toHaveLength(10)
  recovery = codes[2] ?? ''
  await page.getByText('Резервных кодов осталось: 10').waitFor()
  await page.getByRole('table', { name: 'Где выполнен вход' }).getByText('код из приложения').waitFor()
})

it('a log-in has a second step, and a code is good once', async () => {
  const { page } = here
  await page.getByRole('button', { name: 'Выйти', exact: true }).click()
  await page.waitForURL(/\/login/)
  await give(page, base, login, password)
  const field = page.getByRole('textbox', { name: /^Код/ })
  await field.waitFor()
  expect(await field.getAttribute('autocomplete')).toBe('one-time-code')
  expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
  await page.keyboard.type('123')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('Код не подошёл').waitFor()
  // The code of now has been used; the next one is in the window too.
  await field.fill(code(secret, 30))
  await page.keyboard.press('Enter')
  await page.waitForURL(`${base}/profile`)
})

it('a recovery code takes the place of the phone', async () => {
  const { page } = here
  await page.getByRole('button', { name: 'Выйти', exact: true }).click()
  await page.waitForURL(/\/login/)
  await give(page, base, login, password)
  await page.getByRole('textbox', { name: /^Код/ }).fill(recovery)
  await page.keyboard.press('Enter')
  await page.waitForURL(`${base}/profile`)
  await page.getByText('Резервных кодов осталось: 9').waitFor()
})

it('the administrator resets a lost one', async () => {
  const { page } = office
  await page.reload()
  await page
    .getByRole('row', { name: new RegExp(login) })
    .getByRole('button')
    .click()
  await page.getByRole('button', { name: 'Сбросить второй фактор' }).click()
  await page
    .getByRole('dialog', { name: 'Сбросить второй фактор: Техник Осторожный?' })
    .getByRole('button', { name: 'Сбросить второй фактор' })
    .click()
  await page.getByRole('dialog', { name: 'Техник Осторожный' }).getByText('Второй фактор: только пароль').waitFor()
  await here.page.waitForURL(/\/login/, { timeout: 10_000 })
  await logIn(here.page, login, '/profile', { password })
  await here.page.getByText(/^Не настроен: для входа хватает пароля/).waitFor()
})

it('where it is a must, nothing else opens before', async () => {
  const strict = await start('strict')
  try {
    const { page, context } = await seat(browser)
    await give(page, strict.base, 'admin', EMPTY_PASSWORD)
    await page.getByText(/^Для вашей роли обязателен второй фактор/).waitFor()
    await page.goto(`${strict.base}/people`)
    await page.waitForURL(`${strict.base}/profile`)
    expect(await page.getByRole('link', { name: 'Сотрудники' }).count()).toBe(0)
    await connect(page, EMPTY_PASSWORD)
    await page.getByRole('link', { name: 'Сотрудники' }).click()
    await page.waitForURL(`${strict.base}/people`)
    await page.getByText('Ирина Первая').first().waitFor()
    await context.close()
  } finally {
    await strict.stop()
  }
})
