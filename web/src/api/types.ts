// The HTTP contract as TypeScript. Names and shapes follow the server's OpenAPI document.

export type Role = 'dispatcher' | 'supervisor' | 'administrator' | 'technician'

export interface Page<T> {
  items: T[]
  next?: string | null
}
export interface Named {
  id: string
  name: string
}
/** `kind`: flat, apartment, commercial, parking, storage. */
export interface UnitRef {
  id: string
  label: string
  kind: string
}

export interface Me {
  id: string
  login: string
  name: string
  role: Role
  extension: string | null
  queues: string[]
  permissions: string[]
}

export interface About {
  name: string
  version: string
  demo: boolean
  now: string
  locale_default: string
  numbers: { number: string; web: boolean; label: string }[]
}

export interface Person extends Named {
  login: string
  role: Role
  extension: string | null
  queues: string[]
  /** Where a technician works; empty: everywhere. */
  buildings: string[]
  active: boolean
  version: number
}

export interface Executor extends Named {
  role: Role
  open_tickets: number
}

export type AgentState = 'away' | 'ready' | 'offered' | 'talking' | 'wrapping' | 'paused'

export interface Agent extends Named {
  extension: string | null
  queues: string[]
  state: AgentState
  reason: string | null
  since: string | null
  call: string | null
  device: boolean
}

export interface Queue {
  name: string
  label_ru: string
  label_en: string
  waiting: number
  oldest: string | null
  ready: number
  offered: number
  answered: number
  abandoned: number
  level: number | null
  /** Seconds of after-call work. */
  wrapup_s: number
}

export interface Call {
  id: string
  intake_id: string | null
  direction: string
  source: string
  from_number: string | null
  from_name: string | null
  dialled: string
  state: 'live' | 'ended'
  outcome: string | null
  arrived_at: string
  greeted_at: string | null
  queued_at: string | null
  answered_at: string | null
  ended_at: string | null
  queue: string | null
  locale: string | null
  agent: Named | null
  wait_ms: number | null
  talk_ms: number | null
  hold_ms: number | null
  contact: Named | null
  tickets: { id: string; number: string; title: string; state: string }[]
  recording_id: string | null
  disposition: string | null
}

export interface CallPage extends Call {
  trace: { at: string; node: string; input: string | null }[]
  offers: { at: string; agent: Named; ended_at: string | null; result: string | null }[]
  legs: {
    role: string
    agent: Named | null
    mos: number | null
    lost: number | null
    jitter_ms: number | null
    received: number | null
    sent: number | null
  }[]
  events: { at: string; kind: string; data: Record<string, unknown> | null }[]
}

export interface CandidateUnit extends UnitRef {
  building: { id: string; name: string; address: string }
  section: string | null
  floor: string | null
  role: string
}

export interface Candidate {
  contact: { id: string; name: string; kind: string; language: string; vip: boolean; note: string | null }
  units: CandidateUnit[]
}

export interface Card {
  call: Call
  number: string | null
  candidates: Candidate[]
  certain: boolean
  open_tickets: TicketLine[]
  last_calls: Call[]
  buildings: { id: string; name: string; address: string; emergency_notes: string | null; open_tickets: number }[]
  ticket: { id: string; number: string } | null
}

export interface Disposition {
  code: string
  name_ru: string
  name_en: string
  needs_comment: boolean
  needs_ticket: boolean
}

export interface Intake {
  id: string
  channel: string
  arrived_at: string
  number: string | null
  contact: Named | null
  building: Named | null
  unit: UnitRef | null
  call_id: string | null
  state: string
  disposition: string | null
  disposed_at: string | null
  disposed_by: Named | null
  summary: string | null
  tickets: { id: string; number: string }[]
}

export interface Clock {
  code: string
  law_ref: string | null
  started_at: string
  due_at: string
  stopped_at: string | null
  breached_at: string | null
  /** On hold: an internal clock stands still. */
  paused_at?: string | null
}

export interface TicketLine {
  id: string
  number: string
  kind: string
  state: string
  priority: number
  title: string
  building: Named | null
  unit: UnitRef | null
  requester_name: string | null
  requester_phone: string | null
  executor: Named | null
  registered_at: string
  complete: boolean
  clocks: Clock[]
}

export interface Classifier {
  id: string
  place: string
  category: string
  problem: string
  kind: string
  priority: number
  profile: string | null
  law_hint: string | null
  /** False: not for new tickets. */
  active: boolean
}

/** As an administrator sees and changes it: both languages. */
export interface ClassifierRecord {
  id: string
  place_ru: string
  place_en: string
  category_ru: string
  category_en: string
  problem_ru: string
  problem_en: string
  synonyms: string
  kind: string
  priority: number
  profile: string
  law_hint: string
  position: number
  active: boolean
  version: number
}

export interface TicketComment {
  id: string
  at: string
  author: Named | null
  visibility: 'internal' | 'client'
  text: string
}

export interface TicketCall {
  call: Call
  offset_ms: number | null
  kind: string | null
}

export interface TicketEvent {
  at: string
  type: string
  actor: Named | null
  data: Record<string, unknown> | null
}

export interface Ticket extends TicketLine {
  details: string | null
  place_text: string | null
  classifier: Classifier | null
  requester: Named | null
  intake_id: string | null
  version: number
  section: string | null
  floor: string | null
  calls: TicketCall[]
  comments: TicketComment[]
  events: TicketEvent[]
  hold_until?: string | null
  hold_reason?: string | null
  reason?: string | null
  merged_into?: string | null
  allowed: string[]
}

export interface TicketFields {
  kind: string
  priority: number
  classifier_id?: string | null
  building_id?: string | null
  unit_id?: string | null
  place_text?: string | null
  requester_id?: string | null
  requester_phone?: string | null
  title: string
  details?: string | null
  executor_id?: string | null
  told?: boolean
}

export interface ContactPhone {
  id?: string
  value: string
  label?: string | null
  shared?: boolean
}

export interface ContactUnit extends UnitRef {
  building: Named
  role: string
}

export interface ContactLine {
  id: string
  kind: string
  full_name: string
  language: string | null
  vip: boolean
  phones: ContactPhone[]
  units: ContactUnit[]
  open_tickets: number
}

export interface Contact extends ContactLine {
  note: string | null
  version: number
}

export interface TimelineItem {
  at: string
  type: 'call' | 'ticket' | 'comment' | string
  call?: Call
  ticket?: TicketLine
  comment?: TicketComment
  [key: string]: unknown
}

export interface BuildingLine extends Named {
  code: string
  address: string
  kind: string
  status: string
  units: number
  open_tickets: number
  emergency_notes: string | null
  timezone: string
  power_supply: string
  has_concierge: boolean
  /** Of the building with all its inside. */
  version: number
}

export interface GridUnit {
  id: string
  label: string
  kind: string
  state: string
  area: number | null
  rooms: number | null
  open_tickets: number
  residents: number
}

export interface Building extends BuildingLine {
  sections: { id: string; name: string; kind: string; floors: { id: string; name: string; units: GridUnit[] }[] }[]
  risers: { id: string; kind: string; name: string; units: string[] }[]
}

export interface UnitLine {
  id: string
  label: string
  kind: string
  building: { id: string; name: string; address?: string }
  section?: string | Named | null
  floor?: string | Named | null
}

export interface Unit extends UnitLine {
  state: string
  area: number | null
  rooms: number | null
  /** Of the building: whoever changes the unit names it. */
  version: number
  residents: { contact: { id: string; name?: string; full_name?: string }; role: string }[]
  tickets: TicketLine[]
}

export interface Recording {
  id: string
  call_id: string
  started_at: string
  duration_ms: number | null
  state: 'running' | 'done' | 'broken'
  size: number | null
}

export interface Peaks {
  duration_ms: number
  /** Sound that was not recorded or cannot be read. */
  missing_ms: number
  step_ms: number
  left: [number, number][]
  right: [number, number][]
}

export interface Callback {
  id: string
  phone: string | null
  contact: Named | null
  queue: string | null
  reason: string
  arrived_at: string
  due_at: string
  state: string
  call_id: string | null
  claimed_by: Named | null
  done_at: string | null
}

export type * from './liveRows'
