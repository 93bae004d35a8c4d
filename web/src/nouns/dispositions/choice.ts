// A disposition being chosen, and what it lacks.

import type { DispositionCode, DispositionLine } from '../../api/types'

export const LEAST_COMMENT = 10

export interface Choice {
  code: DispositionCode | null
  comment: string
  ticket: { id: string; number: string } | null
}

/** Why this choice cannot be sent yet; null when it can. */
export function lacking(choice: Choice, list: DispositionLine[]): 'code' | 'comment' | 'ticket' | null {
  const chosen = list.find((each) => each.code === choice.code)
  if (!chosen) return 'code'
  if (chosen.needs_comment && choice.comment.trim().length < LEAST_COMMENT) return 'comment'
  if (chosen.needs_ticket && !choice.ticket) return 'ticket'
  return null
}
