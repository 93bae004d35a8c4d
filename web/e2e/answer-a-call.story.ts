// The main story: a resident calls, the card is there before the answer, the call becomes a ticket with its recording.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  ask,
  base,
  beReady,
  dial,
  hearsMore,
  knownPhones,
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
let desk: Seat
let caller: Seat
let phones: { shared: string | null; single: string }

beforeAll(async () => {
  browser = await open()
  desk = await seat(browser, { width: 1366, height: 768 })
  caller = await seat(browser)
  await logIn(desk.page, 'dispatcher1')
  phones = await knownPhones(desk.page)
  await beReady(desk.page)
})

afterAll(async () => {
  expect([...desk.faults, ...caller.faults]).toEqual([])
  await browser.close()
})

const form = () => desk.page.getByRole('region', { name: 'Заявка', exact: true })

it('rings with the card on the screen, is answered by a key, both hear each other', async () => {
  await dial(caller.page, '1000', phones.single)
  await press(caller.page, '0')
  const bar = phoneBar(desk.page)
  await bar.getByRole('button', { name: /^Ответить/ }).waitFor({ timeout: 30_000 })
  const card = desk.page.getByRole('region', { name: 'Кто звонит' })
  await card.getByRole('radio', { checked: true }).waitFor({ timeout: 3000 })
  await desk.page.keyboard.press('F2')
  await bar.getByRole('button', { name: /^Завершить/ }).waitFor({ timeout: 10_000 })
  await Promise.all([hearsMore(desk.page, 'the dispatcher'), hearsMore(caller.page, 'the caller')])
})

it('the ticket is filled without a mouse, a draft survives a reload, and the reload keeps the call', async () => {
  await form().getByRole('combobox', { name: 'Что случилось' }).fill('теч')
  await desk.page.getByRole('option').first().waitFor()
  await desk.page.keyboard.press('Enter')
  const title = form().getByLabel(/^Суть/)
  await until('the classifier to stand for the title', async () => !!(await title.getAttribute('placeholder')))
  expect(await title.inputValue()).toBe('')
  expect(await form().getByRole('combobox', { name: 'Адрес', exact: true }).inputValue()).not.toBe('')
  await form().getByLabel('Подробности').fill('Капает с потолка в ванной, сосед не открывает')

  const reloaded = Date.now()
  await desk.page.reload()
  await phoneBar(desk.page)
    .getByRole('button', { name: /^Завершить/ })
    .waitFor({ timeout: 14_000 })
  // The goal is 5 s; a busy machine is no failure, so the figure is shown and not asserted.
  console.log(`the call was back ${Date.now() - reloaded} ms after the reload`)
  expect(await form().getByLabel('Подробности').inputValue()).toBe('Капает с потолка в ванной, сосед не открывает')
  await Promise.all([
    hearsMore(desk.page, 'the dispatcher after the reload'),
    hearsMore(caller.page, 'the caller after the reload'),
  ])
})

it('another window of the same person says where the call is, and can hold it', async () => {
  const other = await desk.context.newPage()
  await other.goto(`${base}/desk`)
  const bar = phoneBar(other)
  await bar.getByText('Разговор идёт в другом окне').waitFor()
  await bar.getByRole('button', { name: /^Удержать/ }).click()
  await phoneBar(desk.page).getByText('На удержании').waitFor()
  await bar.getByRole('button', { name: /^Снять с удержания/ }).click()
  await phoneBar(desk.page)
    .getByRole('button', { name: /^Удержать/ })
    .waitFor()
  await shot(other, 'strip-elsewhere')
  await other.close()
  await phoneBar(desk.page)
    .getByRole('button', { name: /^Завершить/ })
    .waitFor()
  await hearsMore(caller.page, 'the caller after the other window')
})

/** On the usual screen of an office the strip cuts neither who is on the line nor the state. */
async function whole(state: RegExp): Promise<void> {
  const said = phoneBar(desk.page).getByTestId('call-state')
  expect(await said.innerText()).toMatch(state)
  for (const part of [said, phoneBar(desk.page).getByTestId('on-the-line')])
    expect(await part.evaluate((each) => each.scrollWidth <= each.clientWidth + 1), String(state)).toBe(true)
}

it('mute, hold and resume work', async () => {
  const bar = phoneBar(desk.page)
  await desk.page.keyboard.press('Alt+KeyM')
  await bar.getByRole('button', { name: /^Вкл\. микрофон/ }).waitFor()
  await desk.page.keyboard.press('Alt+KeyM')
  await whole(/^Разговор$/)
  await shot(desk.page, 'strip-talking')
  await desk.page.keyboard.press('Alt+KeyH')
  await bar.getByText('На удержании').waitFor()
  await whole(/^На удержании/)
  await shot(desk.page, 'strip-held')
  await hearsMore(caller.page, 'the caller on hold')
  await desk.page.keyboard.press('Alt+KeyH')
  await bar.getByRole('button', { name: /^Удержать/ }).waitFor()
})

it('saving shows the number, one more ticket comes from the same call', async () => {
  await desk.page.keyboard.press('Alt+KeyS')
  const number = desk.page.getByTestId('ticket-number')
  await number.waitFor()
  expect(await number.innerText()).toMatch(/^\d+$/)
  await desk.page.keyboard.press('Alt+KeyN')
  await form().getByRole('combobox', { name: 'Что случилось' }).fill('лифт')
  await desk.page.getByRole('option').first().waitFor()
  await desk.page.keyboard.press('Enter')
  await desk.page.keyboard.press('Alt+KeyS')
  await number.waitFor()
})

it('after the hang-up the wrap-up is one key, and the recording plays in the ticket within ten seconds', async () => {
  const url = new URL(desk.page.url())
  const call = url.searchParams.get('call')
  await phoneBar(desk.page)
    .getByRole('button', { name: /^Завершить/ })
    .click()
  const ended = Date.now()
  await caller.page.getByText('Звонок завершён').waitFor({ timeout: 10_000 })
  await phoneBar(desk.page)
    .getByText(/Завершение/)
    .first()
    .waitFor()
  await desk.page.keyboard.press('Alt+KeyW')
  await desk.page
    .getByRole('status')
    .getByText(/^Итог: Создана заявка/)
    .waitFor()

  const { tickets } = await ask<{ tickets: { id: string }[] }>(desk.page, `/calls/${call}`)
  expect(tickets).toHaveLength(2)
  await desk.page.goto(`${base}/tickets/${tickets[0]?.id}`)
  const play = desk.page.getByRole('button', { name: 'Слушать' })
  await play.waitFor({ timeout: 10_000 })
  expect(Date.now() - ended).toBeLessThan(10_000)
  await play.click()
  await until(
    'the recording to move',
    async () =>
      Number(await desk.page.getByRole('slider', { name: 'Место в записи' }).getAttribute('aria-valuenow')) >= 1,
  )
})

it('a shared phone shows every household and chooses none; a digit chooses', async () => {
  if (phones.shared === null) throw new Error('the demo company has no shared phone')
  await desk.page.goto(`${base}/desk`)
  await beReady(desk.page)
  await dial(caller.page, '1000', phones.shared)
  await press(caller.page, '0')
  await phoneBar(desk.page)
    .getByRole('button', { name: /^Ответить/ })
    .waitFor({ timeout: 30_000 })
  const choices = desk.page.getByRole('region', { name: 'Кто звонит' }).getByRole('radio')
  await choices.first().waitFor()
  expect(await choices.count()).toBeGreaterThan(1)
  expect(
    await desk.page.getByRole('region', { name: 'Кто звонит' }).getByRole('radio', { checked: true }).count(),
  ).toBe(0)
  await desk.page.keyboard.press('Alt+Digit2')
  await desk.page.getByRole('region', { name: 'Кто звонит' }).getByRole('radio', { checked: true }).waitFor()
  await desk.page.keyboard.press('F2')
  await phoneBar(desk.page)
    .getByRole('button', { name: /^Завершить/ })
    .waitFor()
  await desk.page.getByLabel('Комментарий', { exact: true }).fill('Подсказали часы работы офиса')
  await caller.page.getByRole('button', { name: 'Завершить' }).click()
  await phoneBar(desk.page)
    .getByText(/Завершение/)
    .first()
    .waitFor()
  const outcomes = desk.page.getByRole('radiogroup', { name: 'Итог' })
  await outcomes.getByRole('radio').first().focus()
  // A keyboard of the tests has Latin letters only.
  await outcomes.getByRole('radio').first().dispatchEvent('keydown', { key: 'с', bubbles: true })
  await outcomes.getByRole('radio', { name: 'Спам' }).and(desk.page.locator(':focus')).waitFor()
  await desk.page.keyboard.press('ArrowLeft')
  await outcomes.getByRole('radio', { name: 'Ошиблись номером', checked: true }).waitFor()
  await desk.page.keyboard.press('Digit3')
  await outcomes.getByRole('radio', { name: 'Консультация', checked: true }).waitFor()
  await shot(desk.page, 'outcome')
  await desk.page.keyboard.press('Alt+KeyW')
  await desk.page
    .getByRole('status')
    .getByText(/^Итог: Консультация/)
    .waitFor()
})
