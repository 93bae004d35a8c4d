// A ticket from the desk to the technician and back.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { base, logIn, open, type Seat, seat } from './stage'

let browser: Browser
let desk: Seat
let field: Seat
let ticket = ''

beforeAll(async () => {
  browser = await open()
  desk = await seat(browser)
  field = await seat(browser, { width: 390, height: 844 })
  await logIn(desk.page, 'dispatcher5', '/tickets/new')
})

afterAll(async () => {
  expect([...desk.faults, ...field.faults]).toEqual([])
  await browser.close()
})

it('is made without a call: the form says what is missing, the address is found by typing', async () => {
  const { page } = desk
  await page.getByRole('button', { name: /^Сохранить/ }).click()
  await page.getByText('Напишите суть').waitFor()
  await page.getByRole('combobox', { name: 'Что случилось' }).fill('свет')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: 'Адрес', exact: true }).fill('7')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Alt+KeyS')
  await page.waitForURL(/\/tickets\/[0-9a-f-]{36}$/)
  ticket = page.url()
  await page
    .getByRole('region', { name: 'Сроки' })
    .getByText(/осталось/)
    .first()
    .waitFor()
})

it('is given to a technician, who does it on a phone', async () => {
  const { page } = desk
  await page.getByRole('button', { name: 'Назначить' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Исполнитель' }).click()
  await field.page.goto(`${base}/login`)
  await logIn(field.page, 'technician1')
  const { name } = await field.page.evaluate(async () => (await fetch('/api/v1/me')).json())
  await page.getByRole('option', { name: new RegExp(`^${name}`) }).click()
  await dialog.getByRole('button', { name: 'Назначить' }).click()
  await page.getByText('Назначена').first().waitFor()

  await field.page.goto(ticket)
  for (const deed of ['Начать', 'Выполнено']) await field.page.getByRole('button', { name: deed, exact: true }).click()
  await field.page.getByText('Выполнена').first().waitFor()
})

it('both see a comment at once; the dispatcher closes it', async () => {
  await field.page.getByLabel('Текст комментария').fill('Заменил автомат, свет есть')
  await field.page.getByRole('button', { name: /^Добавить/ }).click()
  await desk.page.getByText('Заменил автомат, свет есть').waitFor({ timeout: 10_000 })
  await desk.page.getByRole('button', { name: 'Закрыть', exact: true }).first().click()
  await desk.page.getByText('Закрыта').first().waitFor()
})

it('a conflict shows both values and loses neither', async () => {
  const other = await seat(browser)
  await logIn(other.page, 'dispatcher4', '/tickets/new')
  await other.page.getByLabel(/^Суть/).fill('Шумит насос')
  await other.page.getByLabel('Место').fill('Подвал')
  await other.page.keyboard.press('Alt+KeyS')
  await other.page.waitForURL(/\/tickets\/[0-9a-f-]{36}$/)
  await desk.page.goto(other.page.url())
  for (const { page } of [desk, other]) await page.getByRole('button', { name: 'Изменить', exact: true }).click()
  const save = async (at: Seat, title: string) => {
    const dialog = at.page.getByRole('dialog', { name: /^Заявка №/ })
    await dialog.getByLabel(/^Суть/).fill(title)
    await dialog.getByRole('button', { name: 'Сохранить' }).click()
  }
  await save(other, 'Гудит насос в подвале')
  await other.page.getByRole('heading', { name: 'Гудит насос в подвале' }).waitFor()
  await save(desk, 'Насос: сильная вибрация')
  const conflict = desk.page.getByRole('dialog', { name: 'Пока вы редактировали, данные изменились' })
  await conflict.getByText('Гудит насос в подвале').waitFor()
  await conflict.getByText('Насос: сильная вибрация').waitFor()
  await conflict.getByRole('button', { name: 'Сохранить выбранное' }).click()
  await desk.page.getByRole('heading', { name: 'Насос: сильная вибрация' }).waitFor()
})
