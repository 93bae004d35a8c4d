// A failed step leaves a picture of every open page.

import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { openPages } from './stage'

const FOLDER = process.env.SHOTS ?? join(tmpdir(), 'linedesk-e2e-failed')

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  mkdirSync(FOLDER, { recursive: true })
  for (const [index, page] of openPages().entries()) {
    const path = join(FOLDER, `failed-${task.name.replace(/[^a-zа-я0-9]+/gi, '-').slice(0, 60)}-${index}.png`)
    await page.screenshot({ path }).then(
      () => console.error(`picture: ${path} of ${page.url()}`),
      () => {},
    )
  }
})
