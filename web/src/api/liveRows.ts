// What the live socket says (docs/live.md).

import type { AgentState, CallStage } from './generated'

// Live rows (see call/src/row.rs): times are unix milliseconds.
export type Row =
  | {
      row: 'agent'
      agent: string
      state: AgentState
      reason: string | null
      call: string | null
      since: number
      queues: string[]
      calls_taken: number
      device: boolean
    }
  | {
      row: 'queue'
      queue: string
      waiting: number
      oldest: number | null
      offered: number
      answered: number
      abandoned: number
      level: number | null
      ready: number
    }
  | {
      row: 'waiting'
      call: string
      queue: string
      since: number
      position: number
      priority: number
      offered_to: string | null
    }
  | { row: 'waiting_gone'; call: string }
  | {
      row: 'call'
      call: string
      stage: CallStage
      from: string | null
      dialled: string
      queue: string | null
      agent: string | null
      arrived: number
      since: number
    }
  | { row: 'call_gone'; call: string }
  | { row: 'agent_gone'; agent: string }
  | { row: 'queue_gone'; queue: string }

export type AgentRow = Extract<Row, { row: 'agent' }>
export type QueueRow = Extract<Row, { row: 'queue' }>
export type WaitingRow = Extract<Row, { row: 'waiting' }>
export type CallRow = Extract<Row, { row: 'call' }>

export type LiveMessage =
  | { type: 'hello'; at: number }
  | { type: 'snapshot'; sequence: number; at: number; rows: Row[] }
  | { type: 'rows'; sequence: number; at: number; rows: Row[] }
  | { type: 'offer'; call: string; agent: string }
  | { type: 'answered'; call: string }
  | { type: 'ended'; call: string }
  | { type: 'changed'; noun: string; id?: string }
  | { type: 'draft'; call: string; version: number }
  | { type: 'refresh' }
  | { type: 'ping'; at: number }
