// Pictures of every page × language × scheme × data × role, at the size that the role works with. Nothing is asserted: somebody looks.
// Names sort so that the four looks of one page lie side by side; index.html shows them all.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { EMPTY_PASSWORD, type Running, start } from './server'
import { base, beReady, dial, knownPhones, logIn, open, phoneBar, press, seat } from './stage'

const FOLDER = process.env.SHOTS ?? join(tmpdir(), 'linedesk-looks')
const ONLY = process.env.ONLY ?? ''
const DESK = { width: 1366, height: 768 }
const WALL = { width: 1920, height: 1080 }
const PHONE = { width: 390, height: 844 }

const LOOKS = [
  { language: 'ru', dark: false },
  { language: 'ru', dark: true },
  { language: 'en', dark: false },
  { language: 'en', dark: true },
] as const
type Look = (typeof LOOKS)[number]

let browser: Browser
let first: Running | null = null

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true })
  browser = await open()
})

afterAll(async () => {
  await browser.close()
  await first?.stop()
  const shown = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.png'))
    .sort()
  writeFileSync(
    join(FOLDER, 'index.html'),
    `<!doctype html><meta charset=utf-8><title>Looks</title><style>body{font:14px system-ui;display:grid;grid-template-columns:repeat(4,1fr);gap:12px}img{width:100%;border:1px solid #999}</style>${shown.map((name) => `<a href="${name}"><img src="${name}" loading=lazy>${name}</a>`).join('')}`,
  )
  console.log(`${shown.length} pictures: ${FOLDER}/index.html`)
})

async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle').catch(() => {})
  await page
    .locator('[aria-busy="true"] [role="status"]')
    .first()
    .waitFor({ state: 'detached', timeout: 5000 })
    .catch(() => {})
  await page.evaluate(() => document.fonts.ready)
}

/** What one sees, and a little of what is below. */
async function shoot(page: Page, name: string, look: Look): Promise<void> {
  await settle(page)
  const high = await page.evaluate(() => document.documentElement.scrollHeight)
  const view = page.viewportSize() ?? DESK
  const path = join(FOLDER, `${name}-${look.language}-${look.dark ? 'dark' : 'light'}.png`)
  await page.screenshot({
    path,
    fullPage: true,
    clip: { x: 0, y: 0, width: view.width, height: Math.min(high, view.height * 1.6) },
  })
}

interface Role {
  login: string
  size: { width: number; height: number }
  pages: [
    name: string,
    path: string | ((page: Page) => Promise<string | null>),
    then?: (page: Page) => Promise<unknown>,
  ][]
}

const firstOf =
  (noun: string, path: string, query = '') =>
  async (page: Page): Promise<string | null> => {
    const list = (await page.evaluate(async (url) => (await fetch(url)).json(), `/api/v1/${noun}?limit=1${query}`)) as {
      items?: { id: string }[]
    }
    return list.items?.[0] ? `${path}/${list.items[0].id}` : null
  }
const click = (name: RegExp) => (page: Page) =>
  page
    .getByRole('button', { name })
    .first()
    .click({ timeout: 3000 })
    .catch(() => {})
const press_ = (keys: string) => async (page: Page) => {
  await page
    .locator('#main h1')
    .first()
    .waitFor()
    .catch(() => {})
  await page.keyboard.press(keys)
}

const LISTS: Role['pages'] = [
  ['tickets', '/tickets'],
  ['tickets-all', '/tickets?state=all&sort=due'],
  ['tickets-none', '/tickets?q=zzzz'],
  ['callbacks', '/callbacks'],
  ['callbacks-all', '/callbacks?state=all'],
  ['intakes', '/intakes'],
  ['intakes-all', '/intakes?show=all'],
  ['calls', '/calls'],
  ['call', firstOf('calls', '/calls')],
  ['contacts', '/contacts'],
  ['contacts-none', '/contacts?q=zzzz'],
  ['contact', firstOf('contacts', '/contacts')],
  ['buildings', '/buildings'],
  ['building', firstOf('buildings', '/buildings')],
  ['ticket', firstOf('tickets', '/tickets')],
]

const ROLES: Role[] = [
  {
    login: 'dispatcher1',
    size: DESK,
    pages: [
      ['desk', '/desk'],
      ...LISTS,
      ['ticket-new', '/tickets/new'],
      ['ticket-new-wrong', '/tickets/new', click(/^(Сохранить|Save)/)],
      ['contact-new', '/contacts/new'],
      ['contact-new-wrong', '/contacts/new', click(/^(Сохранить|Save)/)],
      ['ticket-edit', firstOf('tickets', '/tickets'), click(/^(Изменить|Edit)$/)],
      ['ticket-assign', firstOf('tickets', '/tickets'), click(/^(Назначить|Assign)/)],
      ['contact-edit', firstOf('contacts', '/contacts'), click(/^(Изменить|Edit)$/)],
      [
        'building-residents',
        async (page) => {
          const path = await firstOf('buildings', '/buildings')(page)
          return path && `${path}?by=residents`
        },
      ],
      ['palette', '/tickets', press_('Control+KeyK')],
      ['keys', '/desk', press_('Shift+Slash')],
      ['nowhere', '/nowhere'],
      ['no-such-ticket', '/tickets/00000000-0000-4000-8000-000000000000'],
      ['status-menu', '/desk', click(/(Состояние|Status):/)],
      ['sound', '/desk', click(/^(Настройки звука|Sound settings)/)],
    ],
  },
  { login: 'supervisor', size: DESK, pages: [['board', '/board'], ...LISTS] },
  {
    login: 'supervisor',
    size: WALL,
    pages: [
      ['board-wide', '/board'],
      ['wall', '/board/wall'],
    ],
  },
  {
    login: 'admin',
    size: DESK,
    pages: [
      ['people', '/people'],
      ['person-new', '/people?edit=new'],
      [
        'person-edit',
        '/people',
        (page) =>
          page
            .locator('table button')
            .first()
            .click({ timeout: 3000 })
            .catch(() => {}),
      ],
      ['board', '/board'],
      ['buildings', '/buildings'],
      ['building', firstOf('buildings', '/buildings')],
      ['building-new', '/buildings?edit=new', click(/^(Сохранить|Save)/)],
      [
        'grid',
        async (page) => {
          const path = await firstOf('buildings', '/buildings')(page)
          return path && `${path}/grid`
        },
      ],
      ['classifiers', '/classifiers'],
      ['classifier-new', '/classifiers?edit=new'],
      ['audit', '/audit'],
    ],
  },
  {
    login: 'technician1',
    size: PHONE,
    pages: [
      ['tickets', '/tickets'],
      ['tickets-all', '/tickets?state=all'],
      ['ticket', firstOf('tickets', '/tickets', '&executor=me')],
      ['ticket-new', '/tickets/new'],
      ['buildings', '/buildings'],
      ['building', firstOf('buildings', '/buildings')],
      ['menu', '/tickets', click(/^(Меню|Menu)$/)],
    ],
  },
  {
    login: 'dispatcher1',
    size: PHONE,
    pages: [
      ['narrow-desk', '/desk'],
      ['narrow-tickets', '/tickets'],
      ['narrow-callbacks', '/callbacks'],
      ['narrow-calls', '/calls'],
      ['narrow-contacts', '/contacts'],
      ['narrow-contact', firstOf('contacts', '/contacts')],
      ['narrow-call', firstOf('calls', '/calls')],
    ],
  },
]

/** The first day has people, or nobody but the administrator could be looked at. */
async function hire(at: string): Promise<void> {
  const { page, context } = await seat(browser)
  await logIn(page, 'admin', '/people', { at, password: EMPTY_PASSWORD })
  for (const [index, [login, role]] of (
    [
      ['dispatcher1', 'dispatcher'],
      ['supervisor', 'supervisor'],
      ['technician1', 'technician'],
    ] as const
  ).entries()) {
    const calls = role === 'technician' ? {} : { extension: String(101 + index), queues: ['main'] }
    await page.evaluate(
      async (body) =>
        fetch('/api/v1/people', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      { login, name: `Новичок ${login}`, role, password: EMPTY_PASSWORD, ...calls },
    )
  }
  await context.close()
}

describe.each(['demo', 'empty'] as const)('%s', (data) => {
  let at = base
  beforeAll(async () => {
    if (data === 'demo' || first) return
    first = await start('empty')
    at = first.base
    await hire(at)
  })

  it.each(
    LOOKS.flatMap((look) =>
      ROLES.map((role) => ({
        look,
        role,
        name: `${role.login} ${role.size.width} ${look.language} dark:${look.dark}`,
      })),
    ),
  )('$name', async ({ look, role }) => {
    const place = `${data}-${role.login}`
    if (!place.includes(ONLY) && !role.pages.some(([name]) => `${place}-${name}`.includes(ONLY))) return
    const { page, context } = await seat(browser, { ...look, ...role.size })
    await logIn(page, role.login, '/', { at, password: data === 'demo' ? 'demo' : EMPTY_PASSWORD })
    for (const [name, path, then] of role.pages) {
      if (!`${place}-${name}`.includes(ONLY)) continue
      const url = typeof path === 'string' ? path : await path(page)
      if (url === null) continue
      await page.goto(at + url)
      await settle(page)
      await then?.(page)
      await shoot(page, `${place}-${name}`, look)
    }
    await context.close()
  })

  it.each(
    LOOKS.flatMap((look) =>
      [PHONE, DESK].map((size) => ({ look, size, name: `outside ${size.width} ${look.language} dark:${look.dark}` })),
    ),
  )('$name', async ({ look, size }) => {
    if (!`${data}-outside`.includes(ONLY)) return
    const { page, context } = await seat(browser, { ...look, ...size })
    for (const path of ['login', 'call']) {
      await page.goto(`${at}/${path}`)
      await shoot(page, `${data}-outside-${size.width}-${path}`, look)
    }
    await page.goto(`${at}/login`)
    await page.getByLabel(/^(Логин|Login)/).fill('nobody')
    await page
      .getByLabel(/^(Пароль|Password)/)
      .first()
      .fill('wrong password')
    await page.getByRole('button', { name: /^(Войти|Log in)$/ }).click()
    await page.getByRole('alert').waitFor()
    await shoot(page, `${data}-outside-${size.width}-login-wrong`, look)
    await context.close()
  })
})

describe('a call', () => {
  it.each(LOOKS)('$language dark:$dark', async (look) => {
    if (!'demo-live'.includes(ONLY)) return
    const desk = await seat(browser, { ...look, ...DESK })
    const board = await seat(browser, { ...look, ...WALL })
    const caller = await seat(browser, { ...look, ...PHONE })
    const shot = (name: string) => shoot(desk.page, `demo-live-${name}`, look)
    await logIn(board.page, 'supervisor', '/board')
    await logIn(desk.page, 'dispatcher2')
    const phones = await knownPhones(desk.page)
    await dial(caller.page, '1000', phones.shared ?? phones.single)
    await press(caller.page, '0')
    await shoot(caller.page, 'demo-live-caller', look)
    const answer = phoneBar(desk.page).getByRole('button', { name: /^(Ответить|Answer)/ })
    await board.page
      .getByRole('region', { name: /^(Ждут ответа|Waiting)/ })
      .getByRole('link')
      .first()
      .waitFor({ timeout: 30_000 })
    await shoot(board.page, 'demo-live-board-waiting', look)
    await board.page.goto(`${base}/board/wall`)
    await board.page.getByRole('region').first().waitFor()
    await shoot(board.page, 'demo-live-wall', look)
    await beReady(desk.page).catch(() => {})
    await answer.waitFor({ timeout: 30_000 })
    await shot('ringing')
    await answer.click()
    await phoneBar(desk.page)
      .getByRole('button', { name: /^(Завершить|Hang up)/ })
      .waitFor()
    await desk.page.keyboard.press('Alt+Digit1')
    await shot('talking')
    await desk.page.keyboard.press('Alt+KeyT')
    await shot('transfer')
    await desk.page.keyboard.press('Escape')
    await desk.page.keyboard.press('Alt+KeyH')
    await phoneBar(desk.page)
      .getByText(/^(На удержании|On hold)/)
      .waitFor()
    await shot('held')
    await desk.page.keyboard.press('Alt+KeyH')
    await desk.page.keyboard.press('Alt+KeyS')
    await shot('save-wrong')
    await desk.page
      .getByRole('combobox', { name: /^(Что случилось|What happened)/ })
      .fill(look.language === 'ru' ? 'теч' : 'leak')
    await desk.page
      .getByRole('option')
      .first()
      .waitFor({ timeout: 3000 })
      .catch(() => {})
    await shot('classifier')
    await desk.page.keyboard.press('Enter')
    await desk.page.keyboard.press('Alt+KeyS')
    await desk.page
      .getByTestId('ticket-number')
      .waitFor({ timeout: 5000 })
      .catch(() => {})
    await shot('saved')
    await phoneBar(desk.page)
      .getByRole('button', { name: /^(Завершить|Hang up)/ })
      .click()
    await phoneBar(desk.page)
      .getByText(/Завершение|After-call|Wrap/)
      .first()
      .waitFor()
    await shot('wrap-up')
    await desk.page.keyboard.press('Alt+KeyW')
    await shot('done')
    await desk.page.getByRole('button', { name: /(Состояние|Status):/ }).click()
    await desk.page
      .getByRole('menuitem', { name: /(Не на смене|Уйти|away|Off|Leave)/i })
      .first()
      .click()
      .catch(() => {})
    for (const each of [desk, board, caller]) await each.context.close()
  })
})
