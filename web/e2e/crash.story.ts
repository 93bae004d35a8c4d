// The server dies in the middle of a talk and is started again: the page notices, and the next call rings.

import { type ChildProcess, spawn } from 'node:child_process'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, it } from 'vitest'
import { type Running, start } from './server'
import { beReady, logIn, open, phoneBar, type Seat, seat } from './stage'

let running: Running
let browser: Browser
let agent: Seat
const callers: ChildProcess[] = []

function call(from: string): void {
  const words = ['phone', `sip:1000@${running.sip}`, '--from', from, '--keys', '0', '--seconds', '120']
  callers.push(spawn(running.binary, words, { stdio: 'ignore' }))
}

beforeAll(async () => {
  running = await start('demo')
  browser = await open()
  agent = await seat(browser)
  await logIn(agent.page, 'dispatcher1', '/', { at: running.base })
  await beReady(agent.page)
})

afterAll(async () => {
  for (const caller of callers) caller.kill()
  await browser.close()
  await running.stop()
})

it('a talk that died with the server leaves the page, which is ready for the next', async () => {
  const answer = phoneBar(agent.page).getByRole('button', { name: /^Ответить/ })
  const hangUp = phoneBar(agent.page).getByRole('button', { name: /^Завершить/ })
  call('+79165550001')
  await answer.click({ timeout: 30_000 })
  await hangUp.waitFor()

  await running.crash()
  await hangUp.waitFor({ state: 'detached', timeout: 15_000 })
  await beReady(agent.page)

  call('+79165550002')
  await answer.click({ timeout: 30_000 })
  await hangUp.waitFor()
  await hangUp.click()
})
