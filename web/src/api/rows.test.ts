import { describe, expect, it } from 'vitest'
import { agentRow, agentsOf, apply, emptyBoard, lost, queuesOf, snapshot, waitingOf } from './rows'
import type { Row } from './types'

const agent = (state: 'ready' | 'talking', since = 1): Row => ({
  row: 'agent',
  agent: 'a',
  state,
  reason: null,
  call: null,
  since,
  queues: ['main'],
  calls_taken: 0,
  device: true,
})
const waiting = (call: string, since: number, priority = 0): Row => ({
  row: 'waiting',
  call,
  queue: 'main',
  since,
  position: 1,
  priority,
  offered_to: null,
})

describe('rows', () => {
  it('replaces the whole line of a key', () => {
    const board = apply(snapshot(1, [agent('ready')]), 2, [agent('talking', 9)])
    expect(agentRow(board, 'a')).toEqual(agent('talking', 9))
    expect(board.rows.size).toBe(1)
  })

  it('says of a colleague who is rung by a transfer that it rings, and talks only from the answer on', () => {
    const call = (stage: 'offered' | 'talking'): Row => ({
      row: 'call',
      call: 'c',
      stage,
      from: null,
      dialled: '1000',
      queue: null,
      agent: 'a',
      arrived: 1,
      since: 2,
    })
    const rings = snapshot(1, [{ ...agent('talking'), call: 'c' } as Row, call('offered')])
    expect(agentsOf(rings).map(({ state }) => state)).toEqual(['offered'])
    expect(agentsOf(apply(rings, 2, [call('talking')])).map(({ state }) => state)).toEqual(['talking'])
  })

  it('removes the line on gone', () => {
    const board = apply(snapshot(1, [waiting('c', 1)]), 2, [{ row: 'waiting_gone', call: 'c' }])
    expect(waitingOf(board)).toEqual([])
    const left = apply(snapshot(1, [agent('ready')]), 2, [
      { row: 'agent_gone', agent: (agent('ready') as { agent: string }).agent },
    ])
    expect(left.rows.size).toBe(0)
  })

  it('ignores rows that are older than the picture', () => {
    const board = snapshot(10, [agent('talking')])
    expect(apply(board, 10, [agent('ready')])).toBe(board)
    expect(apply(board, 9, [agent('ready')])).toBe(board)
  })

  it('shows nothing of a partial picture before the first snapshot', () => {
    expect(apply(emptyBoard, 5, [agent('ready')])).toBe(emptyBoard)
  })

  it('a snapshot after a loss forgets lines that vanished meanwhile', () => {
    const before = lost(snapshot(3, [waiting('c', 1)]), 777)
    expect(before.fresh).toBe(false)
    expect(before.staleSince).toBe(777)
    expect(apply(before, 4, [waiting('d', 2)])).toBe(before)
    const after = snapshot(1, [])
    expect(after.fresh).toBe(true)
    expect(waitingOf(after)).toEqual([])
  })

  it('orders waiting callers as they will be served and queues by name', () => {
    const board = snapshot(1, [waiting('late', 20), waiting('early', 10), waiting('urgent', 30, 100)])
    expect(waitingOf(board).map((row) => row.call)).toEqual(['urgent', 'early', 'late'])
    const queue = (name: string): Row => ({
      row: 'queue',
      queue: name,
      waiting: 0,
      oldest: null,
      offered: 0,
      answered: 0,
      abandoned: 0,
      level: null,
      ready: 0,
    })
    expect(queuesOf(snapshot(1, [queue('main'), queue('emergency')])).map((row) => row.queue)).toEqual([
      'emergency',
      'main',
    ])
  })
})
