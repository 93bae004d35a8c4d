// Values of the audit as text.

import type { AuditObject } from '../../api/types'

/** Where the words of a field are; of what has the field, where others have other words for it. */
const GROUPS: Record<string, string | Partial<Record<string, string>>> = {
  action: 'audit.actions',
  channel: 'intake.channels',
  code: { building: '', '': 'intake.dispositions' },
  disposition: 'intake.dispositions',
  factor: 'factor',
  hold_reason: 'ticket.hold_reason',
  kind: {
    building: 'building.kinds',
    classifier: 'ticket.kinds',
    contact: 'contact.kinds',
    ticket: 'ticket.kinds',
    unit: 'unit.kinds',
  },
  lang: 'language',
  language: 'language',
  locale: 'language',
  object: 'audit.objects',
  outcome: 'call.outcomes',
  power_supply: 'building.power',
  priority: 'ticket.priorities',
  profile: 'classifier.profiles',
  role: { contact: 'contact.roles', '': 'role' },
  sort: 'audit.said',
  state: {
    call: 'call.states',
    callback: 'callback.state',
    recording: 'recording.states',
    ticket: 'ticket.state',
    unit: 'unit.states',
  },
  status: { building: 'building.statuses', contact: 'contact.statuses', person: 'agent.state' },
}

/** The group of words that a field of an object takes its values from; null: it is free text. */
export function groupOf(object: AuditObject | string, field: string): string | null {
  const group = GROUPS[field]
  if (group === undefined || typeof group === 'string') return group ?? null
  return (group[object] ?? group['']) || null
}

/** How a field's text is said: by its words, as a name, or as it is. */
export type Say = (field: string, text: string) => string

/** A value before or after a change. */
export function shownValue(value: unknown, field: string, say: Say): string {
  if (value === null || value === undefined || value === '') return '—'
  if (Array.isArray(value))
    return value.length === 0 ? '—' : value.map((each) => shownValue(each, field, say)).join(', ')
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, inner]) => shownValue(inner, name, say))
      .join(' ')
  if (typeof value === 'boolean') return value ? '✓' : '✗'
  if (value === 'true') return '✓'
  return say(field, String(value))
}

/** What else is known of a request, name by name; the words of a search stand beside the others. */
export function shownDetails(details: unknown, say: Say): [name: string, value: string][] {
  if (typeof details !== 'object' || details === null) return []
  return Object.entries(details).flatMap(([name, value]) =>
    name === 'query' && typeof value === 'object' && value !== null
      ? Object.entries(value)
          .filter(([of]) => of !== 'limit')
          .map(([of, typed]): [string, string] => [of, shownValue(typed, of, say)])
      : [[name, shownValue(value, name, say)] satisfies [string, string]],
  )
}
