// The only place that calls fetch. Cookies carry the log-in; a 401 anywhere means the log-in ended.

import { heard } from './clock'
import { problemOf, unreachable } from './problem'

type Query = Record<string, string | number | boolean | null | undefined>

let lostLogin: () => void = () => {}

/** Called when the server says the log-in is over (401 on anything but the log-in itself). */
export function onLostLogin(told: () => void): void {
  lostLogin = told
}

export function url(path: string, query?: Query): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const tail = search.toString()
  return `/api/v1${path}${tail === '' ? '' : `?${tail}`}`
}

async function ask<T>(
  method: string,
  path: string,
  options: { query?: Query; body?: unknown; signal?: AbortSignal } = {},
): Promise<T> {
  let response: Response
  try {
    response = await fetch(url(path, options.query), {
      method,
      credentials: 'same-origin',
      headers:
        options.body === undefined
          ? { accept: 'application/json' }
          : { accept: 'application/json', 'content-type': 'application/json' },
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable()
  }
  if (!response.ok) {
    if (response.status === 401 && path !== '/login') lostLogin()
    throw await problemOf(response)
  }
  if (response.status === 204) return undefined as T
  const type = response.headers.get('content-type') ?? ''
  if (!type.includes('json')) return undefined as T
  const body = (await response.json()) as T
  if (path === '/about') heard(Date.parse((body as { now: string }).now))
  return body
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => ask<T>('GET', path, { query, signal }),
  post: <T>(path: string, body?: unknown) => ask<T>('POST', path, { body: body ?? {} }),
  put: <T>(path: string, body?: unknown) => ask<T>('PUT', path, { body: body ?? {} }),
  patch: <T>(path: string, body: unknown) => ask<T>('PATCH', path, { body }),
  delete: <T>(path: string) => ask<T>('DELETE', path),
}
