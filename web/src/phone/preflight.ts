// What must be true before a dispatcher may say "Ready".

import { audioAwake, chosen, meter, openMicrophone, wakeAudio } from './media'
import type { Line } from './phone'

export type Check = 'line' | 'microphone' | 'level' | 'output' | 'notifications'
export type Verdict = 'ok' | 'failed' | 'waiting'

export interface Finding {
  check: Check
  verdict: Verdict
  why: string | null
}

const LISTEN_MS = 900
const STEP_MS = 60
/** A working microphone has noise even in a silent room; exact zero means muted or broken. */
const SILENCE = 0.00001
const QUIET_BELL = 'linedesk.without-notifications'

export function allowQuietBell(): void {
  localStorage.setItem(QUIET_BELL, '1')
}

export async function preflight(line: Line): Promise<Finding[]> {
  wakeAudio()
  const microphone = await checkMicrophone()
  return [
    { check: 'line', verdict: line === 'up' ? 'ok' : 'failed', why: line === 'up' ? null : `line_${line}` },
    ...microphone,
    await checkOutput(),
    await checkNotifications(),
  ]
}

export function passed(findings: Finding[]): boolean {
  return findings.every((finding) => finding.verdict === 'ok')
}

async function checkMicrophone(): Promise<Finding[]> {
  let stream: MediaStream
  try {
    stream = await openMicrophone()
  } catch (error) {
    const name = error instanceof DOMException ? error.name : ''
    const why =
      name === 'NotAllowedError'
        ? 'microphone_forbidden'
        : name === 'NotFoundError'
          ? 'microphone_missing'
          : name === 'NotSupportedError'
            ? 'microphone_insecure'
            : 'microphone_busy'
    return [
      { check: 'microphone', verdict: 'failed', why },
      { check: 'level', verdict: 'waiting', why: null },
    ]
  }
  const ok: Finding = { check: 'microphone', verdict: 'ok', why: null }
  const loud = await heardSomething(stream)
  return [ok, { check: 'level', verdict: loud ? 'ok' : 'failed', why: loud ? null : 'microphone_silent' }]
}

async function heardSomething(stream: MediaStream): Promise<boolean> {
  if (stream.getAudioTracks().some((track) => track.muted)) return false
  const ear = meter(stream)
  try {
    for (let waited = 0; waited < LISTEN_MS; waited += STEP_MS) {
      await new Promise((done) => setTimeout(done, STEP_MS))
      if (ear.level() > SILENCE) return true
    }
    return false
  } finally {
    ear.stop()
  }
}

async function checkOutput(): Promise<Finding> {
  const devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? []
  const outputs = devices.filter((device) => device.kind === 'audiooutput')
  const wanted = chosen('output')
  // Firefox names no output devices at all: nothing to check there.
  const named = 'setSinkId' in HTMLMediaElement.prototype
  if (named && devices.length > 0 && outputs.length === 0)
    return { check: 'output', verdict: 'failed', why: 'output_missing' }
  if (wanted && outputs.length > 0 && !outputs.some((device) => device.deviceId === wanted))
    return { check: 'output', verdict: 'failed', why: 'output_unplugged' }
  return audioAwake()
    ? { check: 'output', verdict: 'ok', why: null }
    : { check: 'output', verdict: 'failed', why: 'output_asleep' }
}

async function checkNotifications(): Promise<Finding> {
  const ok: Finding = { check: 'notifications', verdict: 'ok', why: null }
  if (localStorage.getItem(QUIET_BELL) === '1') return ok
  if (!('Notification' in window)) return { check: 'notifications', verdict: 'failed', why: 'notifications_missing' }
  const answer =
    Notification.permission === 'default' ? await Notification.requestPermission() : Notification.permission
  return answer === 'granted' ? ok : { check: 'notifications', verdict: 'failed', why: 'notifications_forbidden' }
}
