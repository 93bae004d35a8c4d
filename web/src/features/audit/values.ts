// Values of the audit as text.

/** A value before or after a change. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—'
  if (Array.isArray(value)) return value.length === 0 ? '—' : value.map(shownValue).join(', ')
  if (typeof value === 'object') return Object.values(value).map(shownValue).join(' ')
  if (typeof value === 'boolean') return value ? '✓' : '✗'
  if (value === 'true') return '✓'
  return String(value)
}

/** What else is known of a request, name by name; the words of a search stand beside the others. */
export function shownDetails(details: unknown): [name: string, value: string][] {
  if (typeof details !== 'object' || details === null) return []
  return Object.entries(details).flatMap(([name, value]) =>
    name === 'query' && typeof value === 'object' && value !== null
      ? Object.entries(value)
          .filter(([of]) => of !== 'limit')
          .map(([of, typed]): [string, string] => [of, shownValue(typed)])
      : [[name, shownValue(value)] satisfies [string, string]],
  )
}
