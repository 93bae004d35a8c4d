// A caller in the browser: one outgoing call over our own SIP-over-WebSocket, no registration, no password.

import { UA, WebSocketInterface } from 'jssip'
import { closeAfterBye, PEER, sipUrl } from '../../phone/sip'

export type CallerState = 'connecting' | 'ringing' | 'talking' | 'ended'

export type CallerTrouble = 'unreachable' | 'busy' | 'no_such_number' | 'refused' | 'no_answer' | 'media' | 'lost'

export interface CallerTold {
  state: (state: CallerState, trouble: CallerTrouble | null) => void
  voice: (stream: MediaStream) => void
}

export interface CallerCall {
  digit: (digit: string) => void
  hangUp: () => void
}

const CONNECT_MS = 8000

export function call(number: string, from: string | null, microphone: MediaStream, told: CallerTold): CallerCall {
  const user = from === null ? 'anonymous' : from.replace(/[^\d+]/g, '')
  const ua = new UA({
    sockets: [new WebSocketInterface(sipUrl())],
    uri: `sip:${user}@linedesk`,
    register: false,
    session_timers: false,
    user_agent: 'Linedesk caller page',
  })
  let session: ReturnType<UA['call']> | null = null
  let over = false
  const end = (trouble: CallerTrouble | null) => {
    if (over) return
    over = true
    clearTimeout(late)
    told.state('ended', trouble)
    setTimeout(() => ua.stop(), 200)
  }
  const late = setTimeout(() => end('unreachable'), CONNECT_MS)
  ua.on('connected', () => {
    if (session !== null || over) return
    clearTimeout(late)
    session = ua.call(`sip:${number}@linedesk`, {
      mediaStream: microphone,
      pcConfig: PEER,
      eventHandlers: {
        peerconnection: ({ peerconnection }) => {
          closeAfterBye(peerconnection)
          peerconnection.addEventListener('track', (event) =>
            told.voice(event.streams[0] ?? new MediaStream([event.track])),
          )
        },
      },
    })
    session.on('progress', () => told.state('ringing', null))
    session.on('confirmed', () => told.state('talking', null))
    session.on('ended', () => end(null))
    session.on('failed', (event) => {
      const status = (event.message as { status_code?: number } | null)?.status_code ?? 0
      end(over ? null : troubleOf(status, String(event.cause)))
    })
  })
  ua.on('disconnected', () => {
    if (session === null) end('unreachable')
  })
  ua.start()
  told.state('connecting', null)
  return {
    digit: (digit) => {
      const sender = session?.connection?.getSenders().find((each) => each.dtmf)
      if (sender?.dtmf?.canInsertDTMF) sender.dtmf.insertDTMF(digit, 140, 70)
      else session?.sendDTMF(digit)
    },
    hangUp: () => {
      try {
        session?.terminate()
      } catch {
        // Already gone.
      }
      end(null)
    },
  }
}

export function troubleOf(status: number, cause: string): CallerTrouble {
  if (status === 404 || status === 604) return 'no_such_number'
  if (status === 486 || status === 600) return 'busy'
  if (status === 408 || status === 480 || status === 487) return 'no_answer'
  if (status === 488 || cause.includes('SDP') || cause.includes('WebRTC') || cause.includes('Media')) return 'media'
  if (status >= 400) return 'refused'
  return cause.includes('Connection') ? 'unreachable' : 'lost'
}
