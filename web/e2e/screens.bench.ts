// How soon a supervisor sees a call, and a dispatcher the caller's card: to the frame in which it is painted. Prints, never asserts.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { inject, it } from 'vitest'
import { beReady, knownPhones, logIn, open, seat } from './stage'

const CALLS = Number(process.env.CALLS ?? 40)
/** Calls that come together at the board. */
const TOGETHER = 4

interface Watch {
  times: number[]
}

/** `linedesk phone`: a caller whose number is `from`; it hangs up after so many seconds. */
async function phone(from: string, seconds: number, keys = ''): Promise<void> {
  const binary = resolve(import.meta.dirname, process.env.LINEDESK_BIN ?? '../../target/release/linedesk')
  const words = [
    'phone',
    `sip:1000@${inject('sip')}`,
    '--from',
    from,
    '--seconds',
    String(seconds),
    ...(keys ? ['--keys', keys] : []),
  ]
  // It complains when nobody answered; here that is the plan.
  await once(spawn(binary, words, { stdio: 'ignore' }), 'exit')
}

function print(what: string, times: number[], of: number, bar: string): void {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]
  console.log(`${what}, ${sorted.length} of ${of}: p50 ${at(0.5)} / p99 ${at(0.99)} / max ${at(1)} ms   ${bar}`)
}

const times = (page: Page) => page.evaluate(() => (window as unknown as { watch: Watch }).watch.times)

it('the board', async () => {
  const browser = await open()
  const { page } = await seat(browser, { width: 1920, height: 1080 })
  // The row of a new call says when it came; then the page is looked at until the caller's digits are in it, and a frame longer.
  await page.addInitScript(() => {
    const watch: Watch = { times: [] }
    const wanted = new Map<string, number>()
    const known = new Set<string>()
    const look = () => {
      if (wanted.size === 0) return
      const digits = document.body.textContent.replace(/\D+/g, '')
      for (const [number, since] of wanted) {
        if (!digits.includes(number)) continue
        wanted.delete(number)
        requestAnimationFrame(() => setTimeout(() => watch.times.push(Date.now() - since)))
      }
    }
    const Real = window.WebSocket
    Object.assign(window, { watch })
    window.WebSocket = class extends Real {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols)
        this.addEventListener('message', (event) => {
          if (typeof event.data !== 'string' || !event.data.startsWith('{')) return
          const said = JSON.parse(event.data) as {
            type: string
            rows?: { row: string; call: string; from: string | null; arrived: number }[]
          }
          for (const row of said.type === 'rows' ? (said.rows ?? []) : []) {
            if (row.row !== 'call' || !row.from || known.has(row.call)) continue
            known.add(row.call)
            wanted.set(row.from.replace(/\D+/g, ''), row.arrived)
          }
        })
      }
    }
    document.addEventListener('DOMContentLoaded', () =>
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true }),
    )
  })
  await logIn(page, 'supervisor', '/board')
  for (let call = 0; call < CALLS; call += TOGETHER) {
    await Promise.all(Array.from({ length: TOGETHER }, (_, n) => phone(`+7903777${String(1000 + call + n)}`, 1)))
  }
  print('call arrives to painted on the supervisor’s board', await times(page), CALLS, 'p99 good 150, goal 80')
  await browser.close()
})

it('the screen pop', async () => {
  const browser = await open()
  const { page } = await seat(browser)
  // From the INVITE on the page's own line to the frame after the card, fetched for this call, has changed the caller's region.
  await page.addInitScript(() => {
    const watch: Watch = { times: [] }
    const invited = new Map<string, number>()
    const painted = new Map<string, number>()
    const fetched = new Set<string>()
    const both = (call: string) => {
      const [from, to] = [invited.get(call), painted.get(call)]
      if (from !== undefined && to !== undefined) watch.times.push(Math.max(0, Math.round(to - from)))
    }
    const look = (changes: MutationRecord[]) => {
      const card = document.querySelector('[aria-label="Кто звонит"]')
      if (
        fetched.size === 0 ||
        !card ||
        !changes.some((change) => card.contains(change.target) || change.target.contains(card))
      )
        return
      const calls = [...fetched].filter((call) => !painted.has(call))
      fetched.clear()
      requestAnimationFrame(() =>
        setTimeout(() =>
          calls.forEach((call) => {
            painted.set(call, performance.now())
            both(call)
          }),
        ),
      )
    }
    const real = window.fetch.bind(window)
    window.fetch = async (...words) => {
      const answer = await real(...words)
      const call = /calls\/([0-9a-f-]+)\/card$/.exec(words[0] instanceof Request ? words[0].url : String(words[0]))?.[1]
      if (call) fetched.add(call)
      return answer
    }
    const Real = window.WebSocket
    Object.assign(window, { watch })
    window.WebSocket = class extends Real {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols)
        this.addEventListener('message', (event) => {
          if (typeof event.data !== 'string' || !event.data.startsWith('INVITE ')) return
          const call = /^X-Linedesk-Call: *(\S+)/im.exec(event.data)?.[1] ?? ''
          if (invited.has(call)) return
          invited.set(call, performance.now())
          both(call)
        })
      }
    }
    document.addEventListener('DOMContentLoaded', () =>
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true }),
    )
  })
  await logIn(page, 'dispatcher1')
  const { single } = await knownPhones(page)
  await beReady(page)
  const calls = Math.ceil(CALLS / 2)
  for (let call = 0; call < calls; call += 1) {
    await phone(single, 5, '0')
    await beReady(page)
  }
  print('phone rings to the caller’s card painted', await times(page), calls, 'p99 good 300, goal 100')
  await browser.close()
})
