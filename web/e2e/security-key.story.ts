// A security key as the second factor, with the browser's virtual authenticator: added by name, asked at the log-in, taken away again.

import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { EMPTY_PASSWORD, type Running, start } from './server'
import { base as demo, logIn, open, type Seat, seat } from './stage'

let browser: Browser
let here: Seat
let running: Running
/** Keys are for a name, not for an address. */
let base: string
let device: CDPSession
let authenticator: string
let codes: string[] = []

beforeAll(async () => {
  browser = await open()
  running = await start('strict')
  base = running.base.replace('127.0.0.1', 'localhost')
  here = await seat(browser)
  device = await here.context.newCDPSession(here.page)
  await device.send('WebAuthn.enable')
  await plugIn()
})

afterAll(async () => {
  await browser.close()
  await running.stop()
})

async function plugIn(): Promise<void> {
  const added = await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'usb',
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  authenticator = added.authenticatorId
}

/** The first step of a log-in. */
async function give(page: Page): Promise<void> {
  await page.goto(`${base}/login?back=%2Fprofile`)
  await page.getByLabel(/^Логин/).fill('admin')
  await page.getByLabel(/^Пароль/).fill(EMPTY_PASSWORD)
  await page.keyboard.press('Enter')
}

it('a key is added, and is the second factor that the role must have', async () => {
  const { page } = here
  await give(page)
  await page.getByText(/^Для вашей роли обязателен второй фактор/).waitFor()
  await page.getByRole('button', { name: 'Добавить ключ' }).click()
  const dialog = page.getByRole('dialog', { name: 'Добавить ключ' })
  await dialog.getByLabel(/^Название ключа/).fill('Синий на связке')
  await dialog.getByLabel(/^Пароль/).fill(EMPTY_PASSWORD)
  await page.keyboard.press('Enter')
  const list = page.getByRole('dialog', { name: 'Резервные коды' })
  await list.waitFor()
  codes = await list.getByRole('list', { name: 'Резервные коды' }).getByRole('listitem').allTextContents()
  expect(codes).toHaveLength(10)
  await page.keyboard.press('Enter')
  await page.getByRole('table', { name: 'Ключи безопасности' }).getByText('Синий на связке').waitFor()
  await page.getByRole('link', { name: 'Сотрудники' }).waitFor()
})

it('the key is asked at the log-in, by Enter alone', async () => {
  const { page } = here
  await page.getByRole('button', { name: 'Выйти', exact: true }).click()
  await page.waitForURL(/\/login/)
  await give(page)
  const button = page.getByRole('button', { name: 'Войти с ключом безопасности' })
  await button.waitFor()
  expect(await button.evaluate((focused) => focused === document.activeElement)).toBe(true)
  await page.keyboard.press('Enter')
  await page.waitForURL(`${base}/profile`)
  const current = page
    .getByRole('table', { name: 'Где выполнен вход' })
    .getByRole('row')
    .filter({ hasText: 'Этот вход' })
  await current.getByText('ключ безопасности').waitFor()
})

it('another key is refused, and a recovery code lets in', async () => {
  const { page } = here
  await page.getByRole('button', { name: 'Выйти', exact: true }).click()
  await page.waitForURL(/\/login/)
  await device.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: authenticator })
  await plugIn()
  await give(page)
  await page.getByRole('button', { name: 'Войти с ключом безопасности' }).click()
  await page
    .getByRole('alert')
    .getByText(/^Ключ не ответил/)
    .waitFor({ timeout: 90_000 })
  await page.getByRole('textbox', { name: /^Код/ }).fill(codes[0] ?? '')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${base}/profile`)
})

it('a lost key is removed; without any, the role must add one again', async () => {
  const { page } = here
  await page.getByRole('row').filter({ hasText: 'Синий на связке' }).getByRole('button', { name: 'Удалить' }).click()
  const dialog = page.getByRole('dialog', { name: 'Удалить ключ «Синий на связке»' })
  await dialog.getByLabel(/^Пароль/).fill(EMPTY_PASSWORD)
  await dialog.getByLabel(/^Код/).fill(codes[1] ?? '')
  await page.keyboard.press('Enter')
  await page.getByText(/^Для вашей роли обязателен второй фактор/).waitFor()
  expect(await page.getByRole('link', { name: 'Сотрудники' }).count()).toBe(0)
})

it('a server without a name says why it has no keys', async () => {
  const { page, faults } = await seat(browser)
  await logIn(page, 'dispatcher2', '/profile', { at: demo })
  await page.getByText(/^Ключи безопасности недоступны/).waitFor()
  expect(await page.getByRole('button', { name: 'Добавить ключ' }).count()).toBe(0)
  expect(faults).toEqual([])
})
