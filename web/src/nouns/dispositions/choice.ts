// A disposition being chosen, and what it lacks.

import type { Card, DispositionCode, DispositionLine } from '../../api/types'

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

/** What was said of this person's part of the call; of the call, when the person was in none. */
export function saidBy(person: string, card: Pick<Card, 'parts' | 'call'>): DispositionCode | null {
  const own = card.parts.filter((part) => part.agent.id === person).at(-1)
  return (own ?? card.call).disposition
}
