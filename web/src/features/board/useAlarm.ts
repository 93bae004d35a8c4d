import { type Board, waitingOf } from '../../api/rows'
import type { QueueRow, WaitingRow } from '../../api/types'
import { useQueues } from '../../nouns/queues/useQueues'
import { type Alarm, alarmOf, type Level, waitLevel } from './waits'

/** What is wrong with a queue now, and within how many seconds its calls should be answered. */
export function useAlarm(row: QueueRow, board: Board, now: number): Alarm & { target: number | null } {
  const known = useQueues().data?.find((queue) => queue.name === row.queue)
  const unoffered = waitingOf(board).filter((each) => each.queue === row.queue && each.offered_to === null).length
  const emergency = known?.emergency ?? false
  return { ...alarmOf(row, { emergency, unoffered, now }), target: known?.target_s ?? null }
}

/** The same for one caller. */
export function useCallerLevel(board: Board, now: number): (row: WaitingRow) => Level {
  const queues = useQueues().data
  return (row) => {
    const queue = board.rows.get(`queue:${row.queue}`)
    const nobody = row.offered_to === null && queue?.row === 'queue' && queue.ready === 0
    const emergency = queues?.find((each) => each.name === row.queue)?.emergency ?? false
    return emergency && nobody ? 'breach' : waitLevel(now - row.since)
  }
}
