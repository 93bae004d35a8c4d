import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { live } from './live'
import type { LiveMessage } from './types'

class FakeSocket {
  static last: FakeSocket
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor() {
    FakeSocket.last = this
  }

  close(): void {}

  says(message: LiveMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

describe('live', () => {
  beforeEach(() => {
    vi.stubGlobal('WebSocket', FakeSocket)
    vi.stubGlobal('window', new EventTarget())
    vi.stubGlobal('location', new URL('http://localhost'))
    vi.useFakeTimers()
    live.start()
  })

  afterEach(() => {
    live.stop()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('is connected by the hello, without a board', () => {
    expect(live.isConnected()).toBe(false)
    FakeSocket.last.says({ type: 'hello', at: 1 })
    expect(live.isConnected()).toBe(true)
    expect(live.current().fresh).toBe(false)
    FakeSocket.last.onclose?.({ code: 1006 })
    expect(live.isConnected()).toBe(false)
  })

  it('has lists fetched anew after a reconnection, also where there is no board', () => {
    const told = vi.fn()
    const stop = live.onReconnect(told)
    FakeSocket.last.says({ type: 'hello', at: 1 })
    expect(told).not.toHaveBeenCalled()
    FakeSocket.last.onclose?.({ code: 1006 })
    vi.runOnlyPendingTimers()
    FakeSocket.last.says({ type: 'hello', at: 2 })
    expect(told).toHaveBeenCalledOnce()
    stop()
  })

  it('tells that the log-in may have ended', () => {
    const told = vi.fn()
    const stop = live.onRefusal(told)
    FakeSocket.last.says({ type: 'hello', at: 1 })
    FakeSocket.last.onclose?.({ code: 1006 })
    expect(told).not.toHaveBeenCalled()
    vi.runOnlyPendingTimers()
    FakeSocket.last.onclose?.({ code: 1006 })
    expect(told).toHaveBeenCalledOnce()
    vi.runOnlyPendingTimers()
    FakeSocket.last.says({ type: 'hello', at: 1 })
    FakeSocket.last.onclose?.({ code: 1008 })
    expect(told).toHaveBeenCalledTimes(2)
    stop()
  })
})
