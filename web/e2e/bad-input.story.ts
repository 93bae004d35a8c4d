// Whatever is typed, and whatever the network does meanwhile: words say what is wrong, and nothing typed is lost.

import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, base, logIn, open, type Seat, seat, until } from './stage'

let browser: Browser
let desk: Seat
let office: Seat
const mark = Math.random().toString(36).slice(2, 8)

beforeAll(async () => {
  browser = await open()
  desk = await seat(browser)
  office = await seat(browser)
  await logIn(desk.page, 'dispatcher5', '/tickets/new')
  await logIn(office.page, 'admin', '/people')
})

afterAll(async () => {
  expect([...desk.faults, ...office.faults]).toEqual([])
  await browser.close()
})

/** The words are drawn first; the cursor follows a frame later. */
const focused = (field: Locator) =>
  until('the cursor to be in the field', () => field.evaluate((node) => node === document.activeElement))
const save = (page: Page) => page.getByRole('button', { name: /^Сохранить/ })
const titled = async (words: string) =>
  (await ask<{ items: { id: string }[] }>(desk.page, `/tickets?limit=50&q=${encodeURIComponent(words)}`)).items.length

it('a ticket: too long and no number are said beside the fields, and nothing is cut', async () => {
  const { page } = desk
  const title = page.getByLabel(/^Суть/)
  await title.fill('🔥'.repeat(302))
  await page.getByText('Слишком длинно: уберите 2 знака').waitFor()
  await page.getByLabel('Место').fill('Двор')
  await page.getByLabel('Телефон заявителя').fill('не помнит')
  await save(page).click()
  await page.getByText('Только цифры, пробелы и знаки + ( ) -').waitFor()
  // The cursor stands where the first thing is to be mended.
  await focused(title)
  expect(await title.inputValue()).toBe('🔥'.repeat(302))
  await page.getByLabel('Телефон заявителя').fill('89161234567')
  await title.focus()
  expect(await page.getByLabel('Телефон заявителя').inputValue()).toBe('+7 916 123-45-67')
})

it('offline and a broken proxy: the words say so, the form stays, and two clicks make one ticket', async () => {
  const { page, context } = desk
  const words = `<script>alert("${mark}")</script> & ёмкость 🔧`
  await page.getByLabel(/^Суть/).fill(words)
  await context.setOffline(true)
  await save(page).click()
  await page.getByRole('alert').getByText('Нет связи с сервером').waitFor()
  expect(await page.getByLabel(/^Суть/).inputValue()).toBe(words)
  await context.setOffline(false)
  // What stands before us (an HTTPS proxy) answers in its own words.
  await page.route('**/api/v1/tickets', (route) =>
    route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
  )
  await save(page).click()
  await page.getByRole('alert').getByText('Сервер не отвечает').waitFor()
  await page.unroute('**/api/v1/tickets')
  await page.reload()
  expect(await page.getByLabel(/^Суть/).inputValue()).toBe(words)
  await save(page).dblclick()
  await page.waitForURL(/\/tickets\/[0-9a-f-]{36}$/)
  await page.getByRole('heading', { name: words }).waitFor()
  expect(await titled(mark)).toBe(1)
})

it('what only the server knows is said in the language of the reader', async () => {
  const { page } = desk
  const ticket = page.url()
  await page.getByRole('button', { name: 'Назначить' }).click()
  await page.getByRole('dialog').getByRole('combobox').click()
  await page.getByRole('option').first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Назначить' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const hold = page.getByRole('button', { name: 'Отложить' })
  if (!(await hold.isVisible())) await page.getByRole('button', { name: 'Ещё' }).click()
  await hold
    .or(page.getByRole('menuitem', { name: 'Отложить' }))
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('combobox', { name: 'Причина' }).click()
  await page.getByRole('option', { name: 'Ждём запчасти' }).click()
  await dialog.getByLabel('До какого времени').fill('2020-01-01T10:00')
  await dialog.getByText('Это время уже прошло').waitFor()
  await dialog.getByLabel('До какого времени').fill('2036-01-01T10:00')
  await dialog.getByRole('button', { name: 'Отложить' }).click()
  await page.getByText('До какого времени: укажите время в будущем, не дальше года').waitFor()
  await dialog.getByRole('button', { name: 'Отмена' }).click()
  expect(page.url()).toBe(ticket)
})

it('a comment sent twice at once is one comment', async () => {
  const { page } = desk
  const field = page.getByLabel('Текст комментария')
  await field.fill(`Дважды ${mark}`)
  await field.press('Control+Enter')
  await field.press('Control+Enter')
  await page.getByText(`Дважды ${mark}`).first().waitFor()
  await page.waitForLoadState('networkidle')
  expect(await page.getByText(`Дважды ${mark}`).count()).toBe(1)
})

it('a client: wrong and repeated numbers are marked; a draft is offered back', async () => {
  const { page } = desk
  await page.goto(`${base}/contacts/new`)
  await page.getByLabel(/^Имя/).fill(`Ёжиков «${mark}» 🙂`)
  await page.getByRole('textbox', { name: 'Телефон 1' }).fill('12ab')
  await save(page).click()
  await page.getByText('Это не номер телефона. Пример').waitFor()
  await page.getByRole('textbox', { name: 'Телефон 1' }).fill('8 (916) 555-12-34')
  await page.getByRole('button', { name: 'Добавить телефон' }).click()
  await page.getByRole('textbox', { name: 'Телефон 2' }).fill('+79165551234')
  await save(page).click()
  await page.getByText('Этот номер уже есть выше').waitFor()
  await page.reload()
  await page.getByText('Восстановлено из черновика').waitFor()
  await page.getByRole('button', { name: 'Убрать телефон 2' }).click()
  await save(page).click()
  await page.waitForURL(/\/contacts\/[0-9a-f-]{36}$/)
  await page.getByRole('heading', { name: `Ёжиков «${mark}» 🙂` }).waitFor()
})

it('a person: every fault at once; a login that is taken; the password is in no draft', async () => {
  const { page } = office
  await page.getByRole('button', { name: 'Новый сотрудник' }).click()
  const dialog = page.getByRole('dialog', { name: 'Новый сотрудник' })
  await dialog.getByLabel(/^Логин/).fill('иванов')
  await dialog.getByLabel('Внутренний номер').fill('сто один')
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  for (const words of [
    'Укажите имя сотрудника',
    'Латинские буквы, цифры, точки и дефисы, не короче двух знаков',
    'От двух до шести цифр',
  ])
    await dialog.getByText(words).waitFor()
  await focused(dialog.getByLabel(/^Имя/))
  await dialog.getByLabel(/^Имя/).fill('Иван Иванов')
  await dialog.getByLabel(/^Логин/).fill('dispatcher1')
  await dialog.getByLabel('Внутренний номер').fill('')
  await dialog
    .getByLabel(/^Пароль/)
    .first()
    .fill('достаточно-длинный')
  await dialog.getByRole('button', { name: 'Сохранить' }).click()
  await dialog.getByText('Такое уже есть').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Новый сотрудник' }).click()
  await dialog.getByText('Восстановлено из черновика').waitFor()
  expect(await dialog.getByLabel(/^Имя/).inputValue()).toBe('Иван Иванов')
  expect(
    await dialog
      .getByLabel(/^Пароль/)
      .first()
      .inputValue(),
  ).toBe('')
  await dialog.getByRole('button', { name: 'Удалить черновик' }).click()
  expect(await dialog.getByLabel(/^Имя/).inputValue()).toBe('')
})

it('what the server refuses of a field stands beside the field, which gets the cursor', async () => {
  const { page } = office
  const problem = {
    type: '/problems/invalid',
    title: 'Invalid',
    detail: '',
    errors: [{ field: 'extension', message: 'must have 2-6 digits' }],
  }
  await page.route('**/api/v1/people', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 422, contentType: 'application/problem+json', json: { ...problem, status: 422 } })
      : route.continue(),
  )
  const dialog = page.getByRole('dialog', { name: 'Новый сотрудник' })
  await dialog.getByLabel(/^Имя/).fill('Пётр Петров')
  await dialog.getByLabel(/^Логин/).fill(`petrov.${mark}`)
  await dialog
    .getByLabel(/^Пароль/)
    .first()
    .fill('достаточно-длинный')
  await page.keyboard.press('Alt+KeyS')
  await dialog.getByText('Некоторые поля заполнены неверно').waitFor()
  const extension = dialog.getByLabel('Внутренний номер')
  await dialog.getByText('От двух до шести цифр', { exact: true }).waitFor()
  expect(await extension.getAttribute('aria-invalid')).toBe('true')
  await focused(extension)
  await page.unroute('**/api/v1/people')
  await page.keyboard.press('Alt+KeyS')
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('row', { name: /Пётр Петров/ }).waitFor()
})

it('an unknown page and a ticket that is not there keep the menu and show the way', async () => {
  const { page } = desk
  await page.goto(`${base}/nowhere/at/all`)
  await page.getByText('Такой страницы нет').waitFor()
  await page.getByRole('navigation').getByRole('link', { name: 'Заявки' }).click()
  await page.getByRole('heading', { name: 'Заявки' }).waitFor()
  await page.goto(`${base}/tickets/00000000-0000-4000-8000-000000000000`)
  await page.getByText('Не найдено').waitFor()
})

it('a number in the address opens the ticket of that number; an unknown one is said', async () => {
  const { page } = desk
  const { items } = await ask<{ items: { id: string; number: string }[] }>(page, '/tickets?limit=3')
  for (const { id, number } of items.slice(1)) {
    await page.goto(`${base}/tickets/${number}`)
    await page.waitForURL((url) => url.pathname === `/tickets/${id}`)
    await page.getByText(`№ ${number}`, { exact: true }).waitFor()
  }
  await page.goto(`${base}/tickets/987654`)
  await page.getByText('Заявки № 987654 нет').waitFor()
  await page.getByRole('button', { name: 'Искать «987654» во всех заявках' }).click()
  await page.waitForURL((url) => url.pathname === '/tickets' && url.searchParams.get('q') === '987654')
})

it('a page that breaks keeps the phone and the menu, and comes back', async () => {
  const { page } = desk
  // A newer server, a proxy that cuts: something that no page expects.
  await page.route('**/api/v1/contacts?*', (route) => route.fulfill({ json: { items: [null], next: null } }))
  await page.goto(`${base}/contacts`)
  await page.getByRole('alert').getByText('На этой странице произошла ошибка').waitFor()
  await page
    .getByRole('region', { name: 'Телефон' })
    .getByRole('button', { name: /Состояние:/ })
    .waitFor()
  await page.unroute('**/api/v1/contacts?*')
  await page.getByRole('button', { name: 'Повторить' }).click()
  await page.getByRole('table').waitFor()
})

it('a caller whose own number is none hears of it instead of silence', async () => {
  const caller = await seat(browser, { width: 390, height: 844 })
  await caller.page.goto(`${base}/call`)
  await caller.page.getByLabel(/^Мой номер/).fill('кто-то')
  await caller.page.getByText('Только цифры, пробелы и знаки + ( ) -').waitFor()
  await caller.page.getByRole('button', { name: 'Позвонить' }).click()
  expect(await caller.page.getByText('Соединяем…').count()).toBe(0)
  expect(caller.faults).toEqual([])
})

it('a filter of the address that is not understood is said, and can be removed', async () => {
  const { page } = desk
  const nobody = '00000000-0000-4000-8000-000000000000'
  for (const [list, stray] of [
    ['calls', 'from=2026-13-45'],
    ['calls', 'state=nonsense'],
    ['calls', 'outcome=nonsense'],
    ['calls', `agent=${nobody}`],
    ['calls', 'limit=-5'],
    ['tickets', 'sort=nonsense'],
    ['tickets', `building=${nobody}`],
    ['tickets', 'limit=-5'],
    ['contacts', `building=${nobody}`],
    ['callbacks', 'state=nonsense'],
    ['intakes', 'show=nonsense'],
    ['buildings', 'status=nonsense'],
  ]) {
    await page.goto(`${base}/${list}?${stray}`)
    const said = page.getByRole('status').filter({ hasText: `Фильтр в адресе страницы не понят: ${stray}` })
    await said.getByRole('button', { name: 'Убрать из адреса' }).click()
    await page.waitForURL((url) => url.search === '')
    await said.waitFor({ state: 'detached' })
  }
})

it('what is typed at once after Ctrl K is in the search', async () => {
  const { page } = desk
  await page.goto(`${base}/calls`)
  await page.getByRole('search').waitFor()
  // In one go, as fast fingers do: before the field is drawn.
  await page.evaluate(() => {
    const press = (init: KeyboardEventInit) =>
      document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }))
    press({ key: 'k', code: 'KeyK', ctrlKey: true })
    for (const digit of '1061') press({ key: digit, code: `Digit${digit}` })
  })
  const field = page.getByRole('dialog').getByRole('combobox')
  await until('the search to have what was typed', async () => (await field.inputValue()) === '1061')
  await focused(field)
  await page.keyboard.type('5')
  expect(await field.inputValue()).toBe('10615')
})
