// Connects the state machine in phone.ts to SIP, sound, REST and React. One provider above all pages: moving between pages keeps the call.

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
} from 'react'
import { api } from '../api/client'
import { useBoard } from '../api/live'
import { agentRow, callRow } from '../api/rows'
import type { AgentRow, CallStage, Me, StatusForm } from '../api/types'
import { useQueues } from '../nouns/queues/useQueues'
import { toast } from '../ui/toast'
import { startBell, stopBell } from './bell'
import { closeMicrophone, muteMicrophone, openMicrophone, playVoice, startRing, stopRing, wakeAudio } from './media'
import { type Effect, type Event, idle, type Phone, step } from './phone'
import { allowQuietBell, type Finding, passed, preflight } from './preflight'
import type { SipLine } from './sip'
import { type Given, type Had, hadAfter, type Instrument, type PhoneStage, readGiven, stageOf } from './stage'

const INSTRUMENT = 'linedesk.instrument'

/** The call that this window had, kept over a reload. */
const HAD = 'linedesk.call'

/** To whom this window transferred its last call, kept over a reload. */
const GIVEN = 'linedesk.given'

export interface PhoneUse {
  me: Me
  stage: PhoneStage
  phone: Phone
  row: AgentRow | null
  /** The call this person is offered, talks on or wraps up: from the browser's session, else from the board. */
  call: string | null
  instrument: Instrument
  setInstrument: (instrument: Instrument) => void
  send: (event: Event) => void
  /** Findings of the last preflight that did not pass. */
  findings: Finding[] | null
  clearFindings: () => void
  ready: (withoutNotifications?: boolean) => Promise<void>
  pause: (reason: string) => Promise<void>
  away: () => Promise<void>
  changing: boolean
  transfer: (to: { agent: string } | { queue: string }, name: string) => Promise<void>
  /** The last call that was transferred here. */
  given: Given | null
  /** Of the call, as soon as the ring or the board says it. */
  queue: string | null
  /** That queue is of emergencies. */
  emergency: boolean
  /** The call whose card the page shows: it is not shown a second time beside the strip. */
  onPage: string | null
  setOnPage: (call: string | null) => void
  hold: (on: boolean) => void
  hangUp: () => void
}

const PhoneContext = createContext<PhoneUse | null>(null)

/** Null for people without an extension. */
export function usePhone(): PhoneUse | null {
  return useContext(PhoneContext)
}

export function PhoneProvider({ me, children }: { me: Me; children: ReactNode }) {
  if (me.extension === null) return <PhoneContext.Provider value={null}>{children}</PhoneContext.Provider>
  return (
    <WithPhone me={me} extension={me.extension}>
      {children}
    </WithPhone>
  )
}

function rememberedInstrument(): Instrument {
  return localStorage.getItem(INSTRUMENT) === 'desk_phone' ? 'desk_phone' : 'browser'
}

function WithPhone({ me, extension, children }: { me: Me; extension: string; children: ReactNode }) {
  const [instrument, setInstrumentState] = useState<Instrument>(rememberedInstrument)
  const { phone, send } = useMachine(extension, instrument === 'browser')
  const board = useBoard()
  const row = agentRow(board, me.id)
  const [findings, setFindings] = useState<Finding[] | null>(null)
  const [changing, setChanging] = useState(false)

  const talkCall = phone.talk.at === 'idle' ? null : phone.talk.call
  const call = talkCall ?? row?.call ?? null
  const stage = call === null ? null : (callRow(board, call)?.stage ?? null)
  useEffect(() => {
    if (call !== null && (stage === 'held' || stage === 'talking')) send({ is: 'held', call, on: stage === 'held' })
  }, [call, stage, send])

  const had = useHad(phone.talk.at === 'ringing' ? null : talkCall, call, stage)
  const [given, setGiven] = useState<Given | null>(() => readGiven(sessionStorage.getItem(GIVEN)))
  const [onPage, setOnPage] = useState<string | null>(null)
  const queue =
    (call === null ? null : callRow(board, call)?.queue) ?? (phone.talk.at === 'idle' ? null : phone.talk.queue) ?? null
  const emergency = useQueues().data?.find((each) => each.name === queue)?.emergency ?? false
  const urgent = emergency && phone.talk.at === 'ringing'
  useEffect(() => {
    if (urgent) startRing(true)
  }, [urgent])

  const shown = useRef<string | null>(null)
  useEffect(() => {
    if (stage !== null) shown.current = call
    else if (talkCall !== null && shown.current === talkCall) send({ is: 'gone', call: talkCall })
  }, [call, stage, talkCall, send])

  const status = useCallback(
    async (body: StatusForm) => {
      setChanging(true)
      try {
        await api.put('/agents/{id}/status', { params: { path: { id: me.id } }, body })
      } catch (error) {
        toast.failed(error)
      } finally {
        setChanging(false)
      }
    },
    [me.id],
  )

  const value = useMemo<PhoneUse>(
    () => ({
      me,
      stage: stageOf(phone, row, instrument, stage, had),
      phone,
      row,
      call,
      instrument,
      send,
      findings,
      changing,
      setInstrument: (next) => {
        localStorage.setItem(INSTRUMENT, next)
        setInstrumentState(next)
      },
      clearFindings: () => setFindings(null),
      ready: async (withoutNotifications) => {
        if (withoutNotifications) allowQuietBell()
        if (instrument === 'browser') {
          setChanging(true)
          const found = await preflight(phone.line).finally(() => setChanging(false))
          setFindings(passed(found) ? null : found)
          if (!passed(found)) return
        }
        await status({ status: 'ready' })
      },
      pause: (reason) => status({ status: 'paused', reason }),
      away: async () => {
        await status({ status: 'away' })
        closeMicrophone()
      },
      given,
      queue,
      emergency: emergency && call !== null,
      onPage,
      setOnPage,
      transfer: async (to, name) => {
        if (call === null) return
        await api.post('/calls/{id}/transfer', { params: { path: { id: call } }, body: to })
        const gave: Given = { call, name, queue: 'queue' in to }
        sessionStorage.setItem(GIVEN, JSON.stringify(gave))
        setGiven(gave)
      },
      hold: (on) => {
        if (phone.talk.at !== 'idle') send({ is: 'hold', on })
        else if (call !== null)
          (on
            ? api.put('/calls/{id}/hold', { params: { path: { id: call } } })
            : api.delete('/calls/{id}/hold', { params: { path: { id: call } } })
          ).catch(toast.failed)
      },
      hangUp: () => {
        if (phone.talk.at !== 'idle') send({ is: 'hang_up' })
        else if (call !== null) api.delete('/calls/{id}', { params: { path: { id: call } } }).catch(toast.failed)
      },
    }),
    [me, phone, row, call, stage, had, given, queue, emergency, onPage, instrument, send, findings, changing, status],
  )

  return <PhoneContext.Provider value={value}>{children}</PhoneContext.Provider>
}

/** Remembers which call this window had. */
function useHad(talks: string | null, call: string | null, line: CallStage | null): Had {
  const [had, setHad] = useState<Had>(() => ({ call: sessionStorage.getItem(HAD), rings: false }))
  const next = hadAfter(had, talks, call, line)
  if (next !== had) setHad(next)
  useOtherWindows(talks, next.call, () => setHad({ call: null, rings: false }))
  useEffect(() => {
    if (next.call === null) sessionStorage.removeItem(HAD)
    else sessionStorage.setItem(HAD, next.call)
  }, [next.call])
  return next
}

type Told = { is: 'asks' | 'has'; call: string }

/**
 * A duplicated tab begins with a copy of the memory of the first, which still has the call: `taken` is called when another window says
 * so. After a reload nobody does.
 */
function useOtherWindows(talks: string | null, had: string | null, taken: () => void): void {
  const channel = useRef<BroadcastChannel | null>(null)
  const hear = useEffectEvent(({ is, call }: Told) => {
    if (is === 'asks' && call === talks) channel.current?.postMessage({ is: 'has', call } satisfies Told)
    if (is === 'has' && call === had && talks === null) taken()
  })
  const ask = useEffectEvent(() => {
    if (had !== null && talks === null) channel.current?.postMessage({ is: 'asks', call: had } satisfies Told)
  })
  useEffect(() => {
    const opened = new BroadcastChannel(HAD)
    opened.onmessage = (event: MessageEvent<Told>) => hear(event.data)
    channel.current = opened
    ask()
    return () => {
      channel.current = null
      opened.close()
    }
  }, [])
}

function useMachine(extension: string, wanted: boolean): { phone: Phone; send: (event: Event) => void } {
  const [phone, setPhone] = useState<Phone>(idle)
  const state = useRef<Phone>(idle)
  const line = useRef<SipLine | null>(null)

  const send = useCallback(
    function send(event: Event) {
      const [next, effects] = step(state.current, event)
      if (next !== state.current) {
        state.current = next
        setPhone(next)
      }
      for (const effect of effects) run(effect, extension, line, send)
    },
    [extension],
  )

  useEffect(() => {
    if (!wanted) return
    send({ is: 'start' })
    return () => send({ is: 'stop' })
  }, [wanted, send])

  // Any touch of the page lets it make sound from then on.
  useEffect(() => {
    const wake = () => wakeAudio()
    window.addEventListener('pointerdown', wake, { once: true })
    window.addEventListener('keydown', wake, { once: true })
    return () => {
      window.removeEventListener('pointerdown', wake)
      window.removeEventListener('keydown', wake)
    }
  }, [])
  return { phone, send }
}

function run(effect: Effect, extension: string, line: { current: SipLine | null }, send: (event: Event) => void): void {
  switch (effect.do) {
    case 'open':
      void openLine(extension, line, send)
      return
    case 'close':
      line.current?.stop()
      line.current = null
      opening += 1
      playVoice(null)
      return
    case 'ring':
      startRing()
      return
    case 'notify':
      startBell(effect.from)
      return
    case 'silence':
      stopRing()
      stopBell()
      return
    case 'answer':
      openMicrophone().then(
        (stream) => line.current?.answer(effect.session, stream),
        () => send({ is: 'microphone_failed', session: effect.session }),
      )
      return
    case 'refuse':
      line.current?.refuse(effect.session, effect.busy)
      return
    case 'bye':
      line.current?.bye(effect.session)
      return
    case 'mute':
      muteMicrophone(effect.on)
      return
    case 'hold':
      ;(effect.on
        ? api.put('/calls/{id}/hold', { params: { path: { id: effect.call } } })
        : api.delete('/calls/{id}/hold', { params: { path: { id: effect.call } } })
      ).then(
        () => send({ is: 'hold_done', on: effect.on }),
        (error: unknown) => {
          toast.failed(error)
          send({ is: 'hold_failed' })
        },
      )
      return
    case 'digit':
      line.current?.digit(effect.session, effect.digit)
      return
  }
}

/** Counts openings: a line that was closed while its code was still loading must not come up. */
let opening = 0

async function openLine(
  extension: string,
  line: { current: SipLine | null },
  send: (event: Event) => void,
): Promise<void> {
  opening += 1
  const mine = opening
  const { SipLine } = await import('./sip')
  if (mine !== opening) return
  line.current = new SipLine(extension, { event: send, voice: (_session, stream) => playVoice(stream) })
}
