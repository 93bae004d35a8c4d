// JsSIP behind five methods. Loaded only when somebody has a line.

import { UA, WebSocketInterface } from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRTCSessionEvent, RTCSessionEvent } from 'jssip/lib/UA'
import type { Event } from './phone'

export function sipUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/sip`
}

// The server is ICE-lite with its own address in the answer: no STUN or TURN of anybody else.
export const PEER: RTCConfiguration = { iceServers: [] }

/** Re-registers before the NAT binding of the connection can expire. */
const REGISTER_SECONDS = 120

export interface Told {
  event: (event: Event) => void
  /** The remote audio. */
  voice: (session: number, stream: MediaStream) => void
}

export class SipLine {
  private readonly ua: UA
  private readonly sessions = new Map<number, RTCSession>()
  private serial = 0
  private stopped = false
  private readonly socket = new WebSocketInterface(sipUrl())

  constructor(
    extension: string,
    private readonly told: Told,
  ) {
    this.ua = new UA({
      sockets: [this.socket],
      uri: `sip:${extension}@linedesk`,
      register: true,
      register_expires: REGISTER_SECONDS,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
      user_agent: 'Linedesk browser',
    })
    this.ua.on('registered', () => this.told.event({ is: 'registered' }))
    this.ua.on('registrationFailed', (event) => {
      const status = event.response?.status_code ?? 0
      if (!this.stopped && status >= 400) this.told.event({ is: 'refused' })
    })
    this.ua.on('unregistered', () => {
      if (!this.stopped) this.told.event({ is: 'disconnected' })
    })
    this.ua.on('disconnected', () => {
      if (!this.stopped) this.told.event({ is: 'disconnected' })
    })
    this.ua.on('newRTCSession', (event: RTCSessionEvent) => {
      if (event.originator === 'remote') this.invited(event as IncomingRTCSessionEvent)
    })
    window.addEventListener('pagehide', this.leave)
    this.ua.start()
  }

  /**
   * A reload in a call: the signalling goes before the browser takes the sound down, so that the server sees a device
   * that left (and waits for it) rather than a connection that failed under a device that is still there.
   */
  private leave = (): void => this.socket.disconnect()

  answer(id: number, microphone: MediaStream): void {
    this.sessions.get(id)?.answer({ mediaStream: microphone, pcConfig: PEER, sessionTimersExpires: 120 })
  }

  refuse(id: number, busy: boolean): void {
    this.end(id, busy ? 486 : 603)
  }

  bye(id: number): void {
    this.end(id)
  }

  digit(id: number, digit: string): void {
    const sender = this.sessions
      .get(id)
      ?.connection?.getSenders()
      .find((each) => each.dtmf)
    sender?.dtmf?.insertDTMF(digit, 120, 70)
  }

  connection(id: number): RTCPeerConnection | null {
    return this.sessions.get(id)?.connection ?? null
  }

  /** Removes the registration; a live call is hung up by the caller of this function. */
  stop(): void {
    this.stopped = true
    window.removeEventListener('pagehide', this.leave)
    this.ua.stop()
  }

  private end(id: number, status?: number): void {
    const session = this.sessions.get(id)
    this.sessions.delete(id)
    if (!session || session.isEnded()) return
    try {
      session.terminate(status === undefined ? {} : { status_code: status })
    } catch {
      // Already gone.
    }
  }

  private invited({ session, request }: IncomingRTCSessionEvent): void {
    this.serial += 1
    const id = this.serial
    this.sessions.set(id, session)
    const over = (failed: boolean) => () => {
      this.sessions.delete(id)
      this.told.event({ is: 'ended', session: id, failed })
    }
    session.on('accepted', () => this.told.event({ is: 'accepted', session: id }))
    session.on('ended', over(false))
    session.on('failed', over(true))
    session.on('peerconnection', ({ peerconnection }) => {
      closeAfterBye(peerconnection)
      peerconnection.addEventListener('track', (event) => {
        this.told.voice(id, event.streams[0] ?? new MediaStream([event.track]))
      })
    })
    this.told.event({
      is: 'invited',
      session: id,
      call: header(request.getHeader('X-Linedesk-Call')),
      queue: header(request.getHeader('X-Linedesk-Queue')),
      from: numberOf(request.from.uri.user),
      resume: header(request.getHeader('X-Linedesk-Resume')) === '1',
    })
  }
}

function header(value: string | undefined): string | null {
  return value?.trim() || null
}

function numberOf(user: string | undefined): string | null {
  return !user || user === 'anonymous' ? null : user
}

/** How long the media connection is kept after the BYE. */
const LINGER_MS = 400

/**
 * JsSIP closes the connection in the same step in which it sends BYE, and the DTLS alert (UDP) overtakes the BYE (TCP): to the
 * server that looks like a browser lost in the middle of a talk, and it would ring it again.
 */
export function closeAfterBye(connection: RTCPeerConnection): void {
  const close = connection.close.bind(connection)
  connection.close = () => void setTimeout(close, LINGER_MS)
}
