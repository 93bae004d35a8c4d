// The live socket: board rows, screen pops, refetch hints. Reconnects by itself. It begins with a hello; whoever sees the
// board gets a snapshot next. Whether it is connected is a fact of its own: not everybody has a board.

import { useSyncExternalStore } from 'react'
import { noteServerTime, serverNow } from './clock'
import { apply, type Board, emptyBoard, lost, snapshot } from './rows'
import type { LiveMessage } from './types'

/** The server pings every 5 s; after four missed pings the connection is dead. */
const SILENCE_MS = 22_000
/** RFC 6455 7.4.1: the server closes so when the log-in ended or the person was changed. */
const POLICY_VIOLATION = 1008
const RETRY_MS = [500, 1000, 2000, 4000, 8000] as const

type Hint = Extract<LiveMessage, { type: 'offer' | 'answered' | 'ended' | 'changed' | 'draft' }>

class Live {
  private board: Board = emptyBoard
  private connected = false
  private socket: WebSocket | null = null
  private wanted = false
  private attempts = 0
  private retry: ReturnType<typeof setTimeout> | null = null
  private silence: ReturnType<typeof setTimeout> | null = null
  private readonly watchers = new Set<() => void>()
  private readonly listeners = new Set<(message: Hint) => void>()
  private readonly reconnectListeners = new Set<() => void>()
  private readonly refusalListeners = new Set<() => void>()

  start(): void {
    if (this.wanted) return
    this.wanted = true
    window.addEventListener('online', this.reconnectNow)
    this.open()
  }

  stop(): void {
    this.wanted = false
    window.removeEventListener('online', this.reconnectNow)
    this.clearTimers()
    this.socket?.close()
    this.socket = null
    this.attempts = 0
    this.connected = false
    this.show(emptyBoard)
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  current = (): Board => this.board

  isConnected = (): boolean => this.connected

  /** Offers, answers, ends, changes. */
  onHint(listener: (message: Hint) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Called after each reconnection and when the server dropped hints: lists must be fetched anew. */
  onReconnect(listener: () => void): () => void {
    this.reconnectListeners.add(listener)
    return () => this.reconnectListeners.delete(listener)
  }

  /** Called when the server did not let us in, or not any longer: the log-in may have ended. */
  onRefusal(listener: () => void): () => void {
    this.refusalListeners.add(listener)
    return () => this.refusalListeners.delete(listener)
  }

  private open(): void {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/live`)
    this.socket = socket
    this.listenForSilence(socket)
    socket.onmessage = (event) => {
      this.listenForSilence(socket)
      this.receive(String(event.data))
    }
    socket.onclose = (event) => {
      if (this.socket !== socket) return
      this.socket = null
      const refused = !this.connected || event.code === POLICY_VIOLATION
      if (refused) for (const each of this.refusalListeners) each()
      this.setConnected(false)
      this.show(lost(this.board, serverNow()))
      this.scheduleRetry()
    }
  }

  private receive(data: string): void {
    let message: LiveMessage
    try {
      message = JSON.parse(data) as LiveMessage
    } catch {
      return
    }
    switch (message.type) {
      case 'hello': {
        noteServerTime(message.at)
        const wasAway = this.attempts > 0
        this.attempts = 0
        this.setConnected(true)
        if (wasAway) for (const each of this.reconnectListeners) each()
        return
      }
      case 'snapshot':
        noteServerTime(message.at)
        this.show(snapshot(message.sequence, message.rows))
        return
      case 'rows':
        noteServerTime(message.at)
        this.show(apply(this.board, message.sequence, message.rows))
        return
      case 'ping':
        noteServerTime(message.at)
        return
      case 'refresh':
        for (const listener of this.reconnectListeners) listener()
        return
      default:
        for (const listener of this.listeners) listener(message)
    }
  }

  private show(board: Board): void {
    if (board === this.board) return
    this.board = board
    for (const watcher of this.watchers) watcher()
  }

  private setConnected(connected: boolean): void {
    if (connected === this.connected) return
    this.connected = connected
    for (const watcher of this.watchers) watcher()
  }

  private listenForSilence(socket: WebSocket): void {
    if (this.silence !== null) clearTimeout(this.silence)
    this.silence = setTimeout(() => socket.close(), SILENCE_MS)
  }

  private scheduleRetry(): void {
    if (!this.wanted) return
    this.clearTimers()
    const step = RETRY_MS[Math.min(this.attempts, RETRY_MS.length - 1)] ?? 8000
    this.attempts += 1
    // Spread: after a server restart every desk comes back at once.
    this.retry = setTimeout(() => this.open(), step * (0.7 + Math.random() * 0.6))
  }

  private reconnectNow = (): void => {
    if (!this.wanted || this.socket !== null) return
    this.clearTimers()
    this.open()
  }

  private clearTimers(): void {
    if (this.retry !== null) clearTimeout(this.retry)
    if (this.silence !== null) clearTimeout(this.silence)
    this.retry = null
    this.silence = null
  }
}

export const live = new Live()

export function useBoard(): Board {
  return useSyncExternalStore(live.watch, live.current)
}

export function useConnected(): boolean {
  return useSyncExternalStore(live.watch, live.isConnected)
}
