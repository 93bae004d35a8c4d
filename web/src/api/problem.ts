// RFC 9457 problem documents, and the failures that never reached the server.

export interface FieldError {
  field: string
  message: string
}

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
}

/** `network`: no answer at all; `gone`: the answer was not what a Linedesk server says. */
export function unreachable(): Problem {
  return new Problem({ slug: 'network', status: 0 })
}

export async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get('retry-after')) || null
  try {
    const body = (await response.json()) as Record<string, unknown>
    return new Problem({
      slug: slugOf(body.type, response.status),
      status: response.status,
      title: text(body.title),
      detail: text(body.detail),
      errors: Array.isArray(body.errors) ? (body.errors as FieldError[]) : [],
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

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem({ slug: 'unexpected', status: 0, detail: error instanceof Error ? error.message : String(error) })
}
