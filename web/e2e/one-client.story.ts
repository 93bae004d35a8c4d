// A client has two cards, which a supervisor merges; then the client asks for the erasure of the data, which an administrator does.

import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Contact, Ticket } from '../src/api/types'
import { ask, base, logIn, open, type Seat, seat } from './stage'

let browser: Browser
let shift: Seat
let office: Seat
const mark = String(1000 + Math.floor(Math.random() * 9000))
const name = `Зоя Двойная ${mark}`

const send = <T>(page: Page, method: string, path: string, body: unknown): Promise<T> =>
  page.evaluate(
    async ([verb, url, text]) => {
      const answer = await fetch(url, { method: verb, body: text, headers: { 'content-type': 'application/json' } })
      if (!answer.ok) throw new Error(await answer.text())
      return answer.json()
    },
    [method, `/api/v1${path}`, JSON.stringify(body)] as const,
  )
const card = (phone: string, note: string) =>
  send<Contact>(shift.page, 'POST', '/contacts', { kind: 'person', full_name: name, note, phones: [{ value: phone }] })

let former: Contact
let survivor: Contact
let ticket: Ticket

beforeAll(async () => {
  browser = await open()
  shift = await seat(browser)
  office = await seat(browser)
  await logIn(shift.page, 'supervisor', '/contacts')
  await logIn(office.page, 'admin', '/people')
  former = await card(`+7999${mark}001`, 'звонить вечером')
  survivor = await card(`+7999${mark}002`, 'собака')
  const place = { title: `Течёт ${mark}`, place_text: 'подвал', requester_id: former.id }
  ticket = await send<Ticket>(shift.page, 'POST', '/tickets', place)
})

afterAll(async () => {
  expect([...shift.faults, ...office.faults]).toEqual([])
  await browser.close()
})

it('two cards side by side become one, and the old address leads to it', async () => {
  const { page } = shift
  await page.goto(`${base}/contacts/${former.id}`)
  await page.getByRole('button', { name: 'Объединить…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Объединить карточки' })
  const merge = dialog.getByRole('button', { name: 'Объединить', exact: true })
  expect(await merge.isDisabled()).toBe(true)
  await dialog.getByRole('combobox').fill(`999${mark}002`)
  await page.getByRole('option').first().click()
  await dialog.getByRole('region', { name: 'Исчезнет' }).getByText('звонить вечером').waitFor()
  await dialog.getByRole('region', { name: 'Останется' }).getByText('собака').waitFor()
  await merge.click()
  await page.waitForURL(new RegExp(`/contacts/${survivor.id}`))
  await page.getByText(`Карточка «${name}» объединена с этой.`).waitFor()
  await page.getByText(`Течёт ${mark}`).first().waitFor()

  await page.goto(`${base}/contacts/${former.id}`)
  await page.waitForURL(new RegExp(`/contacts/${survivor.id}`))
  const found = await ask<{ items: Contact[] }>(page, `/contacts?phone=%2B7999${mark}001`)
  expect(found.items.map((each) => each.id)).toEqual([survivor.id])
})

it('the data is erased when nothing is open any more', async () => {
  const { page } = office
  await page.goto(`${base}/contacts/${survivor.id}`)
  const erase = page.getByRole('button', { name: 'Удалить данные' })
  await page.getByRole('alert').getByText(`№ ${ticket.number}`).waitFor()
  expect(await page.getByLabel(/^Основание/).count()).toBe(0)

  const now = await ask<Ticket>(shift.page, `/tickets/${ticket.id}`)
  const cancel = { command: 'cancel', version: now.version, reason: 'Проверка' }
  await send(shift.page, 'POST', `/tickets/${ticket.id}/transitions`, cancel)
  await page.reload()
  await page.getByLabel(/^Основание/).fill('Заявление 17')
  await erase.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Удалить данные' }).click()
  await page.getByText('Заявление 17').waitFor()

  await shift.page.goto(`${base}/contacts/${survivor.id}`)
  await shift.page.getByRole('heading', { name: 'Данные удалены' }).waitFor()
  const found = await ask<{ items: Contact[] }>(shift.page, `/contacts?q=${encodeURIComponent(`Двойная ${mark}`)}`)
  expect(found.items).toEqual([])
  await shift.page.goto(`${base}/tickets/${ticket.id}`)
  await shift.page.getByRole('link', { name: 'Данные удалены' }).waitFor()
})
