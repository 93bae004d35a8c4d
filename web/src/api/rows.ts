// The live board in the browser: one line per key, the newest row replaces the whole line, `*_gone` removes it.

import type { AgentRow, AgentState, CallRow, QueueRow, Row, WaitingRow } from './types'

export function keyOf(row: Row): string {
  switch (row.row) {
    case 'agent':
    case 'agent_gone':
      return `agent:${row.agent}`
    case 'queue':
    case 'queue_gone':
      return `queue:${row.queue}`
    case 'waiting':
    case 'waiting_gone':
      return `waiting:${row.call}`
    case 'call':
    case 'call_gone':
      return `call:${row.call}`
  }
}

/** An immutable picture: what React compares. */
export interface Board {
  /** False until the first snapshot and while the connection is lost: the rows are out of date. */
  fresh: boolean
  /** When the connection was lost, server ms; null while fresh or before the first snapshot. */
  staleSince: number | null
  sequence: number
  rows: ReadonlyMap<string, Row>
}

export const emptyBoard: Board = { fresh: false, staleSince: null, sequence: 0, rows: new Map() }

function put(rows: Map<string, Row>, row: Row): void {
  if (row.row.endsWith('_gone')) rows.delete(keyOf(row))
  else rows.set(keyOf(row), row)
}

/** A snapshot replaces everything: a row removed while the connection was away must not stay. */
export function snapshot(sequence: number, list: Row[]): Board {
  const rows = new Map<string, Row>()
  for (const row of list) put(rows, row)
  return { fresh: true, staleSince: null, sequence, rows }
}

/** Rows older than what we have are ignored; rows before any snapshot too (they would be a partial picture). */
export function apply(board: Board, sequence: number, list: Row[]): Board {
  if (!board.fresh || sequence <= board.sequence) return board
  const rows = new Map(board.rows)
  for (const row of list) put(rows, row)
  return { ...board, sequence, rows }
}

export function lost(board: Board, at: number): Board {
  if (!board.fresh) return board
  return { ...board, fresh: false, staleSince: at }
}

export function agentsOf(board: Board): AgentRow[] {
  return of(board, 'agent').map((row) => ({ ...row, state: shownState(board, row) }))
}

export function queuesOf(board: Board): QueueRow[] {
  return of(board, 'queue').sort((a, b) => a.queue.localeCompare(b.queue))
}

/** In the order in which they will be served. */
export function waitingOf(board: Board): WaitingRow[] {
  return of(board, 'waiting').sort((a, b) => b.priority - a.priority || a.since - b.since)
}

export function callsOf(board: Board): CallRow[] {
  return of(board, 'call').sort((a, b) => a.arrived - b.arrived)
}

export function agentRow(board: Board, agent: string): AgentRow | null {
  const row = board.rows.get(`agent:${agent}`)
  return row?.row === 'agent' ? row : null
}

/** What an agent's state is called: who is rung by a transfer is taken on the floor, and does not talk yet. */
export function shownState(board: Board, { state, call }: Pick<AgentRow, 'state' | 'call'>): AgentState {
  return state === 'talking' && call !== null && callRow(board, call)?.stage === 'offered' ? 'offered' : state
}

export function callRow(board: Board, call: string): CallRow | null {
  const row = board.rows.get(`call:${call}`)
  return row?.row === 'call' ? row : null
}

function of<Kind extends Row['row']>(board: Board, kind: Kind): Extract<Row, { row: Kind }>[] {
  return [...board.rows.values()].filter((row): row is Extract<Row, { row: Kind }> => row.row === kind)
}
