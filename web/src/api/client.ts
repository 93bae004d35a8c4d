// All requests to the server. Cookies carry the log-in; a 401 anywhere means the log-in ended.
// Paths, parameters, bodies and answers are typed by the OpenAPI document. Whatever fails is thrown as a Problem.

import createClient, {
  type Client,
  type ClientPathsWithMethod,
  type FetchResponse,
  type MaybeOptionalInit,
} from 'openapi-fetch'
import { alone } from './activity'
import type { paths } from './generated'
import { Problem, problemOf, unreachable } from './problem'

const BASE = '/api/v1'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Path<M extends Method> = ClientPathsWithMethod<Client<paths>, M>
type Init<M extends Method, P extends Path<M>> =
  undefined extends MaybeOptionalInit<paths[P], M>
    ? [MaybeOptionalInit<paths[P], M>?]
    : [MaybeOptionalInit<paths[P], M>]
type Answer<Operation> =
  Operation extends Record<string, unknown>
    ? Extract<FetchResponse<Operation, object, 'application/json'>, { data: unknown }>['data']
    : never
type Ask<M extends Method> = <P extends Path<M>>(path: P, ...init: Init<M, P>) => Promise<Answer<paths[P][M]>>

let lostLogin: () => void = () => {}

/** Called when the server says the log-in is over (401 on anything but the log-in itself), or needs a second factor first. */
export function onLostLogin(told: () => void): void {
  lostLogin = told
}

const client = createClient<paths, 'application/json'>({
  baseUrl: BASE,
  credentials: 'same-origin',
  headers: { accept: 'application/json' },
  querySerializer: searchOf,
})

client.use({
  onRequest({ request }) {
    if (alone()) request.headers.set('x-linedesk-background', '1')
    return request
  },
  async onResponse({ response, schemaPath }) {
    if (!response.ok) {
      if (response.status === 401 && !schemaPath.startsWith('/login')) lostLogin()
      const problem = await problemOf(response)
      // Who I am has changed while I was at work.
      if (problem.slug === 'second-factor-due') lostLogin()
      throw problem
    }
    const json = response.headers.get('content-type')?.includes('json') ?? false
    // Not our server but something in between: a proxy, a network's log-in page.
    if (response.status !== 204 && !json) throw new Problem({ slug: 'http_502', status: 502 })
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error
    return unreachable()
  },
})

/** Empty parameters are left out. */
function searchOf(query: Record<string, unknown>): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  return search.toString()
}

/** The library answers with data or an error; here errors were thrown, so data is what is left. */
function asking<M extends Method>(method: M): Ask<M> {
  return (async (path: never, init: never) => (await client.request(method, path, init)).data) as Ask<M>
}

export const api = {
  get: asking('get'),
  post: asking('post'),
  put: asking('put'),
  patch: asking('patch'),
  delete: asking('delete'),
}

export function audioUrl(recording: string): string {
  return `${BASE}/recordings/${encodeURIComponent(recording)}/audio`
}
