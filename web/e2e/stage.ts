// What the stories have in common: a browser with a voice, people who log in, a caller.

import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { inject } from 'vitest'

export const base = inject('base')

/** Two seconds of a warbling tone, 48 kHz mono 16 bit: what the microphone hears, over and over. */
function voice(): string {
  const [rate, seconds] = [48_000, 2]
  const samples = Buffer.alloc(rate * seconds * 2)
  for (let at = 0; at < rate * seconds; at += 1) {
    const moment = at / rate
    const loud = 0.25 + 0.2 * Math.sin(2 * Math.PI * 3 * moment)
    samples.writeInt16LE(
      Math.round(32_000 * loud * Math.sin(2 * Math.PI * (300 + 120 * Math.sin(2 * Math.PI * moment)) * moment)),
      at * 2,
    )
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  const path = join(mkdtempSync(join(tmpdir(), 'linedesk-voice-')), 'voice.wav')
  writeFileSync(path, Buffer.concat([head, samples]))
  return path
}

function chromiumPath(): string {
  const named = process.env.CHROMIUM
  if (named) return named
  for (const path of ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'])
    if (existsSync(path)) return path
  return execFileSync('which', ['chromium']).toString().trim()
}

export async function open(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${voice()}`,
      '--autoplay-policy=no-user-gesture-required',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
}

export interface Seat {
  context: BrowserContext
  page: Page
  faults: string[]
}

const seats: Page[] = []

export function openPages(): Page[] {
  return seats.filter((page) => !page.isClosed())
}

/** A browser of one person. Errors of the page and requests to elsewhere are gathered: a story ends with none. */
export async function seat(
  browser: Browser,
  options: { width?: number; height?: number; language?: 'ru' | 'en'; dark?: boolean } = {},
): Promise<Seat> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    permissions: ['microphone', 'notifications'],
    locale: options.language === 'en' ? 'en-GB' : 'ru-RU',
    timezoneId: 'Asia/Vladivostok',
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  await context.addInitScript((language) => {
    if (!localStorage.getItem('linedesk.language')) localStorage.setItem('linedesk.language', language)
    // Every peer connection of the page can be asked for its statistics.
    const peers: RTCPeerConnection[] = []
    const Real = window.RTCPeerConnection
    Object.assign(window, { peers })
    window.RTCPeerConnection = class extends Real {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        peers.push(this)
      }
    }
  }, options.language ?? 'ru')
  if (process.env.SIPLOG) await context.addInitScript(() => localStorage.setItem('debug', 'JsSIP:*'))
  const page = await context.newPage()
  seats.push(page)
  // SIPLOG=folder: the whole signalling of each page, for looking into a failure.
  if (process.env.SIPLOG) {
    const file = join(process.env.SIPLOG, `page-${seats.length}.log`)
    page.on('console', (message) =>
      appendFileSync(file, `${new Date().toISOString()} ${message.text().replaceAll('%c', '')}\n`),
    )
  }
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (!['data:', 'blob:'].includes(url.protocol) && url.host !== new URL(base).host)
      faults.push(`loaded from outside: ${request.url()}`)
  })
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text()))
      faults.push(message.text())
  })
  return { context, page, faults }
}

export async function logIn(
  page: Page,
  login: string,
  path = '/',
  { at = base, password = 'demo' } = {},
): Promise<void> {
  await page.goto(`${at}/login?back=${encodeURIComponent(path)}`)
  await page.getByLabel(/^(Логин|Login)/).fill(login)
  await page
    .getByLabel(/^(Пароль|Password)/)
    .first()
    .fill(password)
  await page.getByRole('button', { name: /^(Войти|Log in)$/ }).click()
  await page.getByRole('main').waitFor()
  await page.waitForURL((url) => url.pathname !== '/login')
  await page.locator('#main').waitFor()
}

export function phoneBar(page: Page): Locator {
  return page.getByRole('region', { name: /^(Телефон|Phone)$/ })
}

/** Presses "Ready" and waits until the server agrees. */
export async function beReady(page: Page): Promise<void> {
  await page.getByTitle(/Линия подключена|Line connected/).waitFor({ timeout: 20_000 })
  const ready = phoneBar(page).getByRole('button', { name: /(Состояние|Status): (Готов|Ready)/ })
  const button = phoneBar(page).getByRole('button', { name: /^(Готов|Ready)/ })
  // The end of a wrap-up makes ready by itself, perhaps between our look and our click.
  await until('the agent to be ready', async () => {
    if (await ready.isVisible()) return true
    await button.click({ timeout: 1000 }).catch(() => undefined)
    return ready.isVisible()
  })
}

/** A caller on the page /call. */
export async function dial(page: Page, number: string, from: string | null): Promise<void> {
  await page.goto(`${base}/call?to=${number}`)
  if (from !== null) await page.getByLabel(/^(Мой номер|My number)/).fill(from)
  await page.getByRole('button', { name: /^(Позвонить|Call)$/ }).click()
  await page.getByText(/^(На линии|On the line)$/).waitFor({ timeout: 20_000 })
}

export async function press(page: Page, digits: string): Promise<void> {
  for (const digit of digits)
    await page.getByRole('button', { name: new RegExp(`^(Цифра|Digit) ${digit === '*' ? '\\*' : digit}$`) }).click()
}

export interface Heard {
  packets: number
  energy: number
}

/** What arrived from the other side so far, over all connections of the page. */
export async function heard(page: Page): Promise<Heard> {
  return page.evaluate(async () => {
    let [packets, energy] = [0, 0]
    for (const peer of (window as unknown as { peers: RTCPeerConnection[] }).peers) {
      if (peer.connectionState === 'closed') continue
      for (const report of (await peer.getStats()).values()) {
        if (report.type === 'inbound-rtp' && report.kind === 'audio') {
          packets += report.packetsReceived ?? 0
          energy += report.totalAudioEnergy ?? 0
        }
      }
    }
    return { packets, energy }
  })
}

/** SHOTS=folder: what a story shows, to be looked at. */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}.png`) })
}

/** Until `what` holds; says what it waited for when it never does. */
export async function until(what: string, holds: () => Promise<boolean>, ms = 15_000): Promise<void> {
  const end = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${ms / 1000} s for: ${what}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}

/** Sound goes on arriving from now on. */
export async function hearsMore(page: Page, who: string): Promise<void> {
  const before = await heard(page)
  await until(`${who} to hear sound`, async () => {
    const now = await heard(page)
    return now.packets > before.packets + 20 && now.energy > before.energy
  })
}

/** The API as the person of this page. */
export async function ask<T>(page: Page, path: string): Promise<T> {
  return page.evaluate(async (url) => (await fetch(url)).json(), `/api/v1${path}`)
}

/** A phone that several households share, and one that belongs to exactly one person with one unit. */
export async function knownPhones(page: Page): Promise<{ shared: string | null; single: string }> {
  interface Line {
    phones: { value: string }[]
    units: unknown[]
  }
  const owners = new Map<string, Line[]>()
  let after: string | null = null
  do {
    const list: { items: Line[]; next: string | null } = await ask(
      page,
      `/contacts?limit=200${after ? `&after=${after}` : ''}`,
    )
    for (const contact of list.items)
      for (const phone of contact.phones) owners.set(phone.value, [...(owners.get(phone.value) ?? []), contact])
    after = list.next
  } while (after)
  const shared = [...owners].find(([, list]) => list.length > 1)?.[0] ?? null
  const single = [...owners].find(([, list]) => list.length === 1 && list[0]?.units.length === 1)?.[0]
  if (!single) throw new Error('the demo company has no phone with exactly one unit')
  return { shared, single }
}
