// RFC 9457 problem documents, and the failures that never reached the server.

import type { FieldError, Problem as Said } from './generated'

export type { FieldError }

export class Problem extends Error {
  readonly slug: string
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly errors: FieldError[]
  readonly current: unknown
  /** Seconds until a retry makes sense. */
  readonly retryAfter: number | null

  constructor(init: {
    slug: string
    status: number
    title?: string
    detail?: string
    errors?: FieldError[]
    current?: unknown
    retryAfter?: number | null
  }) {
    super(init.detail || init.title || init.slug)
    this.slug = init.slug
    this.status = init.status
    this.title = init.title ?? ''
    this.detail = init.detail ?? ''
    this.errors = init.errors ?? []
    this.current = init.current ?? null
    this.retryAfter = init.retryAfter ?? null
  }

  /** The same, about these fields only. */
  with(errors: FieldError[]): Problem {
    const { slug, status, title, detail, current, retryAfter } = this
    return new Problem({ slug, status, title, detail, errors, current, retryAfter })
  }
}

/** No answer at all. */
export function unreachable(): Problem {
  return new Problem({ slug: 'network', status: 0 })
}

export async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get('retry-after')) || null
  try {
    const body: Partial<Record<keyof Said, unknown>> = await response.json()
    return new Problem({
      slug: slugOf(body.type, response.status),
      status: response.status,
      title: text(body.title),
      detail: text(body.detail),
      errors: Array.isArray(body.errors) ? body.errors : [],
      current: body.current,
      retryAfter,
    })
  } catch {
    return new Problem({ slug: `http_${response.status}`, status: response.status, retryAfter })
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function slugOf(type: unknown, status: number): string {
  const slug = text(type).split('/').pop() ?? ''
  return slug === '' || slug === 'about:blank' ? `http_${status}` : slug
}

/** 409: the thing as it is now, refused because somebody changed it meanwhile. `T` is what was sent to be changed. */
export function newerOf<T extends { version: number }>(failed: unknown): T | null {
  if (!(failed instanceof Problem) || failed.status !== 409) return null
  return isVersioned<T>(failed.current) ? failed.current : null
}

function isVersioned<T extends { version: number }>(value: unknown): value is T {
  return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'number'
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem({ slug: 'unexpected', status: 0, detail: error instanceof Error ? error.message : String(error) })
}
