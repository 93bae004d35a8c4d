import { beforeEach, expect, it, vi } from 'vitest'

const fetched = vi.fn<(request: Request) => Promise<Response>>()
vi.stubGlobal('fetch', fetched)
// A page's own address; a Request of Node has none.
const Real = Request
vi.stubGlobal(
  'Request',
  class extends Real {
    constructor(path: string, init?: RequestInit) {
      super(new URL(path, 'http://127.0.0.1'), init)
    }
  },
)
const { api, onLostLogin } = await import('./client')

const answer = (body: unknown, status = 200, type = 'application/json') =>
  fetched.mockResolvedValueOnce(
    new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'content-type': type } }),
  )
const lost = vi.fn()

beforeEach(() => {
  lost.mockClear()
  onLostLogin(lost)
})

it('asks under the base address and leaves out what is empty', async () => {
  answer({ items: [], next: null })
  const query = { q: '', building: undefined, limit: 5 }
  expect(await api.get('/tickets', { params: { query } })).toEqual({ items: [], next: null })
  expect(fetched.mock.lastCall?.[0].url).toBe('http://127.0.0.1/api/v1/tickets?limit=5')
})

it('a body is sent as JSON, an empty answer is nothing', async () => {
  answer(null, 204)
  expect(await api.put('/calls/{id}/hold', { params: { path: { id: 'a/b' } } })).toBeUndefined()
  expect(fetched.mock.lastCall?.[0].url).toBe('http://127.0.0.1/api/v1/calls/a%2Fb/hold')
  answer({ name: 'Anna' })
  await api.post('/login', { body: { login: 'anna', password: 'secret' } })
  const sent = fetched.mock.lastCall?.[0]
  expect(sent?.headers.get('content-type')).toBe('application/json')
  expect(await sent?.json()).toEqual({ login: 'anna', password: 'secret' })
})

it('a refusal is thrown as the problem that the server describes', async () => {
  answer({ type: '/problems/stale', title: 'Stale', current: { version: 7 } }, 409, 'application/problem+json')
  const asked = api.get('/tickets/{id}', { params: { path: { id: 'x' } } })
  await expect(asked).rejects.toMatchObject({ slug: 'stale', status: 409, current: { version: 7 } })
  expect(lost).not.toHaveBeenCalled()
})

it('a 401 ends the log-in, but not while logging in', async () => {
  answer({}, 401)
  await expect(api.post('/login', { body: { login: 'a', password: 'b' } })).rejects.toMatchObject({ status: 401 })
  expect(lost).not.toHaveBeenCalled()
  answer({}, 401)
  await expect(api.get('/me')).rejects.toMatchObject({ status: 401 })
  expect(lost).toHaveBeenCalledOnce()
})

it('no network, a cancelled request and an answer of something else are told apart', async () => {
  fetched.mockRejectedValueOnce(new TypeError('failed to fetch'))
  await expect(api.get('/me')).rejects.toMatchObject({ slug: 'network', status: 0 })
  fetched.mockRejectedValueOnce(new DOMException('', 'AbortError'))
  await expect(api.get('/me')).rejects.toMatchObject({ name: 'AbortError' })
  answer('<html>', 200, 'text/html')
  await expect(api.get('/me')).rejects.toMatchObject({ slug: 'http_502' })
})
