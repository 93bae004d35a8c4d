// The administrator sets the hotline up: a house with its flats, what callers may ask for, where a technician works. Then it is used.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, base, logIn, open, type Seat, seat } from './stage'

let browser: Browser
let office: Seat
let desk: Seat
const mark = String(1000 + Math.floor(Math.random() * 9000))
const house = `Садовая, ${mark}`
const problem = `Кот на дереве ${mark}`

beforeAll(async () => {
  browser = await open()
  office = await seat(browser)
  desk = await seat(browser)
  await logIn(office.page, 'admin', '/buildings')
  await logIn(desk.page, 'dispatcher5', '/tickets/new')
})

afterAll(async () => {
  expect([...office.faults, ...desk.faults]).toEqual([])
  await browser.close()
})

it('a house is added, and its flats are numbered by a few figures', async () => {
  const { page } = office
  await page.getByRole('button', { name: 'Новый дом' }).click()
  const dialog = page.getByRole('dialog', { name: 'Новый дом' })
  await dialog.getByLabel(/^Дом/).fill(house)
  await dialog.getByLabel(/^Код/).fill('12')
  await dialog.getByLabel(/^Адрес/).fill(`г. Москва, Садовая ул., д. ${mark}`)
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  await dialog.getByText('Три или четыре цифры').waitFor()
  await dialog.getByLabel(/^Код/).fill(mark)
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  await page.waitForURL(/\/buildings\/[0-9a-f-]{36}\/grid$/)

  const add = page.getByRole('region', { name: 'Добавить подъезд' })
  for (const [label, text] of [
    ['С этажа', '1'],
    ['По этаж', '3'],
    ['На этаже', '2'],
    ['С номера', '1'],
  ] as const)
    await add.getByLabel(label).fill(text)
  await add.getByText('6 помещений').waitFor()
  await add.getByRole('button', { name: 'Добавить' }).click()
  await page.getByLabel('Помещения этажа 1').fill('1, 2, Н1')
  await page.getByLabel('Помещения этажа 2').fill('3-4, 1')
  await page.getByRole('button', { name: /^Сохранить/ }).click()
  await page.getByText('Номер указан дважды: 1').waitFor()
  await page.getByLabel('Помещения этажа 2').fill('3-4')
  await page.getByRole('button', { name: 'Добавить стояк' }).click()
  await page.getByLabel('Название').fill('ХВС-1')
  await page.getByLabel('Помещения стояка ХВС-1').fill('1, 3, 5')
  // Typed and not saved: a reload keeps it.
  await page.reload()
  await page.getByText('Восстановлено из черновика').waitFor()
  await page.keyboard.press('Alt+KeyS')
  await page.waitForURL(/\/buildings\/[0-9a-f-]{36}$/)
  await page.getByRole('button', { name: /^кв\. 5:/ }).waitFor()
  await page.getByRole('button', { name: /^Н1:/ }).waitFor()
})

it('a flat with a ticket cannot be dropped: the words name it, the typed grid stays', async () => {
  const { page } = desk
  await page.getByLabel(/^Суть/).fill('Проверка счётчика')
  await page.getByRole('combobox', { name: 'Адрес', exact: true }).fill(`садовая ${mark} 3`)
  await page.getByRole('option', { name: new RegExp(`кв. 3 ${house}`) }).click()
  await page.keyboard.press('Alt+KeyS')
  await page.waitForURL(/\/tickets\/[0-9a-f-]{36}$/)

  await office.page.getByRole('button', { name: 'Этажи и квартиры' }).click()
  await office.page.getByLabel('Помещения этажа 2').fill('4')
  await office.page.getByLabel('Помещения стояка ХВС-1').fill('1, 5')
  await office.page.getByRole('button', { name: /^Сохранить/ }).click()
  await office.page.getByRole('alert').getByText('Там записаны жители или есть заявки: 3').waitFor()
  expect(await office.page.getByLabel('Помещения этажа 2').inputValue()).toBe('4')
})

it('a flat under another number is the same flat: its ticket follows', async () => {
  const { page } = office
  await page.getByRole('button', { name: 'Отмена' }).click()
  await page.getByRole('button', { name: /^кв\. 3:/ }).click()
  await page.getByRole('complementary', { name: 'Помещение' }).getByRole('button', { name: 'Изменить' }).click()
  const dialog = page.getByRole('dialog', { name: 'кв. 3' })
  await dialog.getByLabel(/^Номер помещения/).fill('3А')
  await dialog.getByLabel('Площадь').fill('сорок')
  await dialog.getByText('Введите число больше нуля').waitFor()
  await dialog.getByLabel('Площадь').fill('40,5')
  await page.keyboard.press('Alt+KeyS')
  await page.getByRole('button', { name: /^кв\. 3А:/ }).waitFor()
  await desk.page.reload()
  await desk.page.getByRole('link', { name: `${house}, кв. 3А` }).waitFor()
})

it('a new kind of ticket is found by typing, with its priority', async () => {
  const { page } = office
  await page.goto(`${base}/classifiers?edit=new`)
  const dialog = page.getByRole('dialog', { name: 'Новая запись' })
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  expect(await dialog.getByText('Заполните').count()).toBe(6)
  for (const [label, text] of [
    ['Проблема (рус.)', problem],
    ['Проблема (англ.)', `Cat up a tree ${mark}`],
    ['Категория (рус.)', 'Животные'],
    ['Категория (англ.)', 'Animals'],
    ['Место (рус.)', 'Двор'],
    ['Место (англ.)', 'Yard'],
  ] as const)
    await dialog.getByRole('textbox', { name: label }).fill(text)
  await dialog.getByRole('combobox', { name: 'Приоритет' }).click()
  await page.getByRole('option', { name: 'Срочно', exact: true }).click()
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  await dialog.waitFor({ state: 'detached' })

  await desk.page.goto(`${base}/tickets/new`)
  await desk.page.getByRole('combobox', { name: 'Что случилось' }).fill(`кот ${mark}`)
  await desk.page.getByRole('option', { name: new RegExp(problem) }).click()
  expect(await desk.page.getByLabel(/^Суть/).getAttribute('placeholder')).toBe(problem)
  expect(await desk.page.getByRole('radio', { name: 'Срочно', exact: true }).isChecked()).toBe(true)
})

it('a technician is bound to the house', async () => {
  const { page } = office
  const list = await ask<{ items: { id: string; login: string }[] }>(page, '/people?limit=200')
  const technician = list.items.find((person) => person.login === 'technician1')
  await page.goto(`${base}/people?edit=${technician?.id}`)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Дома' }).fill(house)
  await page.getByRole('option', { name: house }).click()
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page
    .getByRole('row', { name: /technician1/ })
    .getByText(house)
    .waitFor()
  // Others' stories have this technician in every house.
  await page.goto(`${base}/people?edit=${technician?.id}`)
  await dialog.getByRole('combobox', { name: 'Дома' }).focus()
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  await page
    .getByRole('row', { name: /technician1/ })
    .getByText('Все дома')
    .waitFor()
})
