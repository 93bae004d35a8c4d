// The draft of a call, kept by the server: sent while it is typed, read again when another page wrote it.

import { useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { api } from '../../api/client'
import { live } from '../../api/live'
import { asProblem, newerOf } from '../../api/problem'
import type { CallDraft, Card } from '../../api/types'
import { DraftOwner, drop, keep, kept } from '../../ui/drafts'
import {
  accepted,
  arrived,
  begun,
  begunAnew,
  type DeskDraft,
  filled,
  type Sync,
  typed,
  unsent,
  written,
} from './deskDraft'

/** A pause in typing, after which it is sent. */
const PAUSE_MS = 600
/** Nothing that was typed waits longer, however fast somebody types. */
const WAIT_MS = 2_500
/** While the server cannot be reached. */
const RETRY_MS = 4_000

type Change = (old: DeskDraft) => DeskDraft

export interface CallDraftUse {
  value: DeskDraft
  /** Typed or chosen by the person. */
  set: (change: Change) => void
  /** Filled in by itself: not worth sending. */
  fill: (change: Change) => void
  /** Sends what is not sent yet, now. */
  flush: () => void
  /** Who wrote what is not from this page, and when; null: nobody. */
  by: { id: string; name: string } | null
  at: string | null
  /** There was something when this page was opened. */
  restored: boolean
}

class LiveDraft {
  readonly restored: boolean
  /** Not before we have the call, and not after its outcome was said. */
  private writable: boolean
  private settled: boolean
  private sync: Sync
  private sending = false
  private announced = 0
  private timer: ReturnType<typeof setTimeout> | null = null
  private waits: number | null = null
  private readonly watchers = new Set<() => void>()
  private readonly local: string

  constructor(
    private readonly call: string,
    private readonly owner: string,
    card: Card,
  ) {
    this.local = `call.${call}`
    this.settled = settled(card)
    this.writable = card.draft !== null && !this.settled
    // Not sent before the page went away: it goes on top of what the server has by now.
    const old = kept<Sync>(localStorage, owner, this.local)
    this.sync = old === null ? begun(card.draft) : card.draft ? arrived(old, card.draft) : old
    this.restored = this.sync.version > 0 || unsent(this.sync)
  }

  current = (): Sync => this.sync

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  set = (change: Change): void => {
    this.become(typed(this.sync, change))
    this.later()
  }

  fill = (change: Change): void => this.become(filled(this.sync, change))

  flush = (): void => void this.send()

  /** What the card says. */
  told(card: Card): void {
    this.settled = settled(card)
    this.writable = card.draft !== null && !this.settled
    if (card.draft) this.become(arrived(this.sync, card.draft))
    if (unsent(this.sync)) this.later()
  }

  /** Listens until the returned function is called. */
  start(): () => void {
    const hidden = () => {
      if (document.visibilityState === 'hidden') void this.send(true)
    }
    const left = () => void this.send(true)
    document.addEventListener('visibilitychange', hidden)
    window.addEventListener('pagehide', left)
    document.addEventListener('focusout', this.flush)
    const stop = live.onHint((message) => {
      if (message.type !== 'draft' || message.call !== this.call) return
      this.announced = Math.max(this.announced, message.version)
      if (!this.sending) void this.readNewer()
    })
    return () => {
      stop()
      document.removeEventListener('visibilitychange', hidden)
      window.removeEventListener('pagehide', left)
      document.removeEventListener('focusout', this.flush)
      void this.send(true)
    }
  }

  private become(next: Sync): void {
    if (next === this.sync) return
    this.sync = next
    if (unsent(next) && !this.settled) keep(localStorage, this.owner, this.local, next)
    else drop(localStorage, this.owner, this.local)
    for (const watcher of this.watchers) watcher()
  }

  private later(): void {
    if (!this.writable) return
    const now = Date.now()
    this.waits ??= now
    this.wake(Math.max(0, Math.min(PAUSE_MS, this.waits + WAIT_MS - now)))
  }

  private wake(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = setTimeout(this.flush, ms)
  }

  private async send(leaving = false): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = this.waits = null
    if (!this.writable || this.sending || !unsent(this.sync)) return
    const { mine, version } = this.sync
    this.sending = true
    let pause: number | null = 0
    try {
      const draft = await api.put('/calls/{id}/draft', {
        params: { path: { id: this.call } },
        body: { version, content: written(mine) },
        keepalive: leaving,
      })
      this.become(accepted(this.sync, mine, draft))
    } catch (failed) {
      const newer = newerOf<CallDraft>(failed)
      if (newer !== null) this.become(newer.version === 0 ? begunAnew(this.sync) : arrived(this.sync, newer))
      // What is refused for itself stays in this browser until it is changed.
      else pause = [403, 422].includes(asProblem(failed).status) ? null : RETRY_MS
    } finally {
      this.sending = false
    }
    await this.readNewer()
    if (pause !== null && unsent(this.sync) && this.timer === null) this.wake(pause)
  }

  private async readNewer(): Promise<void> {
    if (this.announced <= this.sync.version) return
    try {
      const draft = await api.get('/calls/{id}/draft', { params: { path: { id: this.call } } })
      this.become(arrived(this.sync, draft))
    } catch {
      // The card brings it with its next refresh.
    }
  }
}

/** The outcome is said and nobody talks any more: the server has deleted the draft. */
function settled({ call }: Card): boolean {
  return call.disposition !== null && call.state === 'ended'
}

export function useCallDraft(id: string, card: Card): CallDraftUse {
  const owner = useContext(DraftOwner)
  const [draft] = useState(() => new LiveDraft(id, owner, card))
  const { mine: value, by, at } = useSyncExternalStore(draft.watch, draft.current)
  useEffect(() => draft.start(), [draft])
  useEffect(() => draft.told(card), [draft, card])
  return { value, by, at, set: draft.set, fill: draft.fill, flush: draft.flush, restored: draft.restored }
}
