// The draft of a call, kept by the server, in a component.

import { useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { api } from '../../api/client'
import { live } from '../../api/live'
import type { Problem } from '../../api/problem'
import type { Card } from '../../api/types'
import { DraftOwner } from '../../ui/drafts'
import { type DeskDraft, unsent } from './deskDraft'
import { type Change, LiveDrafts } from './liveDraft'

export interface CallDraftUse {
  value: DeskDraft
  /** Typed or chosen by the person. */
  set: (change: Change) => void
  /** Filled in by itself: not worth sending. */
  fill: (change: Change) => void
  /** Sends what is not sent yet, now. */
  flush: () => void
  /** Why the server does not take it; null: it does. */
  refusal: Problem | null
  /** Who wrote what is not from this page, and when; null: nobody. */
  by: { id: string; name: string } | null
  at: string | null
  /** There was something when this page was opened. */
  restored: boolean
}

const drafts = new LiveDrafts(
  {
    read: (id) => api.get('/calls/{id}/draft', { params: { path: { id } } }),
    write: (id, version, content, leaving) =>
      api.put('/calls/{id}/draft', { params: { path: { id } }, body: { version, content }, keepalive: leaving }),
  },
  localStorage,
)

export function useCallDraft(id: string, card: Card): CallDraftUse {
  const owner = useContext(DraftOwner)
  const [draft] = useState(() => drafts.of(owner, id, card))
  const [restored] = useState(() => draft.current().version > 0 || unsent(draft.current()))
  const { mine: value, by, at } = useSyncExternalStore(draft.watch, draft.current)
  const refusal = useSyncExternalStore(draft.watch, draft.refusal)
  useEffect(() => {
    const stopUse = draft.use()
    const stopHints = live.onHint((message) => {
      if (message.type === 'draft' && message.call === id) draft.hint(message.version)
    })
    const hidden = () => {
      if (document.visibilityState === 'hidden') draft.leave()
    }
    document.addEventListener('visibilitychange', hidden)
    window.addEventListener('pagehide', draft.leave)
    document.addEventListener('focusout', draft.flush)
    return () => {
      stopHints()
      document.removeEventListener('visibilitychange', hidden)
      window.removeEventListener('pagehide', draft.leave)
      document.removeEventListener('focusout', draft.flush)
      stopUse()
    }
  }, [draft, id])
  useEffect(() => draft.told(card), [draft, card])
  return { value, by, at, refusal, set: draft.set, fill: draft.fill, flush: draft.flush, restored }
}
