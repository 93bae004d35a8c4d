// The draft of one call in this page: sent while it is typed, read again when another page wrote it. Without React and browser.

import { asProblem, newerOf, type Problem } from '../../api/problem'
import type { CallDraft, Card, DraftContent } from '../../api/types'
import { drop, keep, kept, type Store } from '../../ui/drafts'
import {
  accepted,
  arrived,
  begun,
  begunAnew,
  type DeskDraft,
  filled,
  refused,
  sending,
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

export type Change = (old: DeskDraft) => DeskDraft

export interface DraftServer {
  read: (call: string) => Promise<CallDraft>
  /** `leaving`: the page may be gone before the answer. */
  write: (call: string, version: number, content: DraftContent, leaving: boolean) => Promise<CallDraft>
}

/** One draft a call: whoever comes back to a call whose draft could not be sent yet goes on with the same. */
export class LiveDrafts {
  private readonly open = new Map<string, LiveDraft>()

  constructor(
    private readonly server: DraftServer,
    private readonly store: Store,
  ) {}

  of(owner: string, call: string, card: Card): LiveDraft {
    const key = `${owner}.${call}`
    const draft =
      this.open.get(key) ?? new LiveDraft(call, owner, card, this.server, this.store, () => this.open.delete(key))
    this.open.set(key, draft)
    return draft
  }
}

export class LiveDraft {
  /** Not before we have the call, and not after its outcome was said. */
  private writable: boolean
  private settled: boolean
  private sync: Sync
  private sending = false
  private problem: Problem | null = null
  /** Refused for itself: nothing is sent before the next change. */
  private stopped = false
  private announced = 0
  private timer: ReturnType<typeof setTimeout> | null = null
  private waits: number | null = null
  private users = 0
  private readonly watchers = new Set<() => void>()
  private readonly local: string

  constructor(
    private readonly call: string,
    private readonly owner: string,
    card: Card,
    private readonly server: DraftServer,
    private readonly store: Store,
    private readonly done: () => void,
  ) {
    this.local = `call.${call}`
    this.settled = settled(card)
    this.writable = card.draft !== null && !this.settled
    // Not sent before the page went away: it goes on top of what the server has by now.
    const old = kept<Sync>(store, owner, this.local)
    this.sync = old === null ? begun(card.draft) : card.draft ? arrived(old, card.draft) : old
  }

  current = (): Sync => this.sync

  /** Why the server does not take it; null: it does. */
  refusal = (): Problem | null => this.problem

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  set = (change: Change): void => {
    this.become(typed(this.sync, change))
    this.stopped = false
    this.later()
  }

  fill = (change: Change): void => this.become(filled(this.sync, change))

  flush = (): void => void this.send()

  /** The browser may end the page. */
  leave = (): void => void this.send(true)

  /** What the card says. */
  told(card: Card): void {
    this.settled = settled(card)
    this.writable = card.draft !== null && !this.settled
    if (card.draft) this.become(arrived(this.sync, card.draft))
    if (this.settled) drop(this.store, this.owner, this.local)
    else if (unsent(this.sync)) this.later()
  }

  /** Another page has written this version. */
  hint(version: number): void {
    this.announced = Math.max(this.announced, version)
    if (!this.sending) void this.readNewer()
  }

  /** A page shows it until the returned function is called; then it lives until everything is sent. */
  use(): () => void {
    this.users += 1
    return () => {
      this.users -= 1
      void this.send().then(() => this.endIfDone())
    }
  }

  private endIfDone(): void {
    if (this.users > 0 || this.sending || (this.writable && !this.stopped && unsent(this.sync))) return
    if (this.timer !== null) clearTimeout(this.timer)
    this.done()
  }

  private become(next: Sync): void {
    if (next === this.sync) return
    this.sync = next
    if (unsent(next) && !this.settled) keep(this.store, this.owner, this.local, next)
    else drop(this.store, this.owner, this.local)
    this.tell()
  }

  private tell(): void {
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
    if (!this.writable || this.sending || this.stopped || !unsent(this.sync)) return
    const sent = sending(this.sync)
    this.become({ ...this.sync, sent })
    const { version } = this.sync
    this.sending = true
    let pause = 0
    try {
      const draft = await this.server.write(this.call, version, written(sent), leaving)
      this.become(accepted(this.sync, sent, draft))
      this.problem = null
    } catch (failed) {
      pause = this.failed(failed)
    } finally {
      this.sending = false
    }
    this.tell()
    await this.readNewer()
    if (!this.stopped && unsent(this.sync) && this.timer === null) this.wake(pause)
    this.endIfDone()
  }

  /** How long to wait with the next try. */
  private failed(error: unknown): number {
    const newer = newerOf<CallDraft>(error)
    if (newer !== null) {
      this.become(newer.version === 0 ? begunAnew(this.sync) : arrived(this.sync, newer))
      return 0
    }
    const problem = asProblem(error)
    if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
      // What was typed while it was on its way is a change already.
      this.stopped = this.sync.sent === this.sync.mine
      this.become(refused(this.sync))
      this.problem = problem
      return PAUSE_MS
    }
    return problem.retryAfter === null ? RETRY_MS : problem.retryAfter * 1000
  }

  private async readNewer(): Promise<void> {
    if (this.announced <= this.sync.version) return
    try {
      const draft = await this.server.read(this.call)
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
