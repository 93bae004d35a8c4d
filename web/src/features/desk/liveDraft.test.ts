import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Problem, unreachable } from '../../api/problem'
import type { CallDraft, Card, DraftContent } from '../../api/types'
import { listed, type Store } from '../../ui/drafts'
import { type LiveDraft, LiveDrafts } from './liveDraft'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const LONG_MS = 60_000

function storeOf(): Store {
  const map = new Map<string, string>()
  return {
    get length() {
      return map.size
    },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  }
}

/** A server with one draft, which fails as it is told. */
function stage() {
  let now: CallDraft = { version: 0, content: {}, changed_at: null, changed_by: null }
  const written: (string | undefined)[] = []
  const server = {
    fails: null as Problem | null,
    written,
    comment: () => now.content.comment ?? '',
    read: () => Promise.resolve(now),
    write: (_: string, version: number, content: DraftContent) => {
      written.push(content.comment)
      if (server.fails) return Promise.reject(server.fails)
      if (version !== now.version)
        return Promise.reject(new Problem({ slug: 'stale-version', status: 409, current: now }))
      now = { version: version + 1, content, changed_at: null, changed_by: null }
      return Promise.resolve(now)
    },
  }
  const store = storeOf()
  const drafts = new LiveDrafts(server, store)
  const card = () => ({ call: { disposition: null, state: 'live' }, draft: now }) as Card
  return { server, store, drafts, open: () => drafts.of('anna', '1', card()) }
}

const say = (draft: LiveDraft, comment: string) => draft.set((old) => ({ ...old, comment }))
const time = () => vi.advanceTimersByTimeAsync(LONG_MS)

it('whoever comes back to a call goes on with what could not be sent, and a deleted line stays deleted', async () => {
  const { server, store, open } = stage()
  const left = open()
  const leave = left.use()
  say(left, 'A\nx')
  await time()
  server.fails = unreachable()
  say(left, 'A\nx\ny')
  leave()
  await time()
  const back = open()
  back.use()
  expect(back.current().mine.comment).toBe('A\nx\ny')
  say(back, 'A\nx')
  await time()
  expect(listed(store, 'anna')).toHaveLength(1)
  server.fails = null
  await time()
  expect([server.comment(), back.current().mine.comment]).toEqual(['A\nx', 'A\nx'])
  expect(listed(store, 'anna')).toEqual([])
})

it('a page that was left sends what it has, and then nothing is left of it', async () => {
  const { server, open } = stage()
  const draft = open()
  const leave = draft.use()
  server.fails = unreachable()
  say(draft, 'A')
  leave()
  await time()
  server.fails = null
  await time()
  expect(server.comment()).toBe('A')
  expect(open()).not.toBe(draft)
})

it.each([
  ['not-found', 404],
  ['too-many-drafts', 409],
  ['invalid', 422],
  ['login-needed', 401],
])('what is refused (%s) is said and tried again after the next change only', async (slug, status) => {
  const { server, store, open } = stage()
  const draft = open()
  draft.use()
  server.fails = new Problem({ slug, status })
  say(draft, 'A')
  await time()
  draft.flush()
  await time()
  expect(server.written).toEqual(['A'])
  expect(draft.refusal()?.slug).toBe(slug)
  expect(listed(store, 'anna')).toHaveLength(1)
  say(draft, 'A b')
  await time()
  expect(server.written).toEqual(['A', 'A b'])
  expect(draft.refusal()?.slug).toBe(slug)
  server.fails = null
  say(draft, 'A c')
  await time()
  expect([server.comment(), draft.refusal()]).toEqual(['A c', null])
})

it('a page that was left does not go on with what is refused', async () => {
  const { server, open } = stage()
  const draft = open()
  const leave = draft.use()
  server.fails = new Problem({ slug: 'not-found', status: 404 })
  say(draft, 'A')
  leave()
  await time()
  expect(server.written).toEqual(['A'])
  expect(open()).not.toBe(draft)
})

it('a busy server is asked again when it says so', async () => {
  const { server, open } = stage()
  const draft = open()
  draft.use()
  server.fails = new Problem({ slug: 'too-many-requests', status: 429, retryAfter: 30 })
  say(draft, 'A')
  await vi.advanceTimersByTimeAsync(29_000)
  expect(server.written).toEqual(['A'])
  server.fails = null
  await time()
  expect(server.comment()).toBe('A')
})

it('two pages that type in one comment at once get one text', async () => {
  const { server, open } = stage()
  const first = open()
  first.use()
  say(first, 'A')
  await time()
  const other = new LiveDrafts(server, storeOf()).of('boris', '1', {
    call: { disposition: null, state: 'live' },
    draft: await server.read(),
  } as Card)
  other.use()
  say(first, 'A x')
  say(other, 'A y')
  await time()
  for (const text of ['y z', 'y z q']) {
    say(other, other.current().mine.comment.replace(/y( z)?$/m, text))
    await time()
    first.hint(other.current().version)
    await time()
  }
  expect(other.current().mine.comment.split(/\s/).toSorted()).toEqual(['A', 'q', 'x', 'y', 'z'])
  expect(first.current().mine.comment).toBe(other.current().mine.comment)
})
