// Starts `linedesk demo` on free ports with a folder of its own, waits until it is ready, stops it by its pid.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'

const READY_MS = 60_000
/** Of everybody on the empty hotline. */
export const EMPTY_PASSWORD = 'first-day-2026'

declare module 'vitest' {
  export interface ProvidedContext {
    base: string
    sip: string
  }
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))))
    })
  })
}

async function ready(base: string): Promise<void> {
  const until = Date.now() + READY_MS
  for (;;) {
    try {
      const response = await fetch(`${base}/readyz`)
      if (response.ok) return
    } catch {
      // Not listening yet.
    }
    if (Date.now() > until) throw new Error(`${base}/readyz did not become ready in ${READY_MS / 1000} s`)
    await new Promise((done) => setTimeout(done, 200))
  }
}

const empty = (data: string, http: number, sip: number, logins: string) => `
[node]
name = "empty"
data = "${data}"
[http]
address = "127.0.0.1:${http}"
hosts = ["localhost"]
[logins]
${logins}
[sip]
udp = "127.0.0.1:${sip}"
tcp = "127.0.0.1:${sip}"
[policy]
web_caller_number = true
[[trunks]]
name = "loopback"
addresses = ["127.0.0.1"]
[numbers.1000]
flow = "main"
locale = "ru"
web = true
label = "Главная линия / Main line"
[[queues]]
name = "main"
label_ru = "Основная"
label_en = "Main"
[[queues]]
name = "emergency"
label_ru = "Аварийная"
label_en = "Emergency"
base = 1000
`

export interface Running {
  base: string
  sip: string
  binary: string
  stop: () => Promise<void>
  /** `kill -9`, and a start on the same folder and ports; back when calls are taken again. */
  crash: () => Promise<void>
}

const FACTOR = { empty: 'second_factor = "optional"', strict: 'second_factor_grace = "0s"' }

/**
 * The demo company, or a hotline on its first day: `admin` with the password below and nothing else. `strict`: where administrators must
 * set up a second factor at once.
 */
export async function start(kind: 'demo' | 'empty' | 'strict'): Promise<Running> {
  const binary = resolve(import.meta.dirname, process.env.LINEDESK_BIN ?? '../../target/release/linedesk')
  if (!existsSync(binary)) throw new Error(`${binary} is missing: build the server first, or name one in LINEDESK_BIN`)
  const folder = mkdtempSync(join(tmpdir(), 'linedesk-e2e-'))
  const [http, sip] = [await freePort(), await freePort()]
  const log = openSync(join(folder, 'server.log'), 'w')
  // Prompts, flows and the demo's configuration are found from the top of the repository.
  const cwd = resolve(import.meta.dirname, '../..')
  let words = [
    'demo',
    '--data',
    join(folder, 'data'),
    '--http',
    `127.0.0.1:${http}`,
    '--sip',
    `127.0.0.1:${sip}`,
    '--seed',
    '7',
  ]
  if (kind !== 'demo') {
    const config = join(folder, 'linedesk.toml')
    writeFileSync(config, empty(join(folder, 'data'), http, sip, FACTOR[kind]))
    execFileSync(binary, ['people', 'add-admin', '--config', config, 'admin', '--name', 'Ирина Первая'], {
      cwd,
      env: { ...process.env, LINEDESK_PASSWORD: EMPTY_PASSWORD },
      stdio: ['ignore', log, log],
    })
    words = ['serve', '--config', config]
  }
  const base = `http://127.0.0.1:${http}`
  const begin = async () => {
    const server = spawn(binary, words, { cwd, stdio: ['ignore', log, log] })
    await Promise.race([
      ready(base),
      once(server, 'exit').then(([code]) =>
        Promise.reject(new Error(`the server ended with ${String(code)}; see ${folder}/server.log`)),
      ),
    ])
    return server
  }
  let server = await begin()
  const crash = async () => {
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
    server = await begin()
  }
  const stop = async () => {
    server.kill('SIGTERM')
    await Promise.race([once(server, 'exit'), new Promise((done) => setTimeout(done, 5000))])
    if (server.exitCode === null) server.kill('SIGKILL')
    if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true })
  }
  return { base, sip: `127.0.0.1:${sip}`, binary, stop, crash }
}

export default async function setup(project: TestProject) {
  const running = process.env.LINEDESK_URL
  if (running) {
    project.provide('base', running)
    project.provide('sip', process.env.LINEDESK_SIP ?? '127.0.0.1:5060')
    return
  }
  const { base, sip, stop } = await start('demo')
  project.provide('base', base)
  project.provide('sip', sip)
  return stop
}
