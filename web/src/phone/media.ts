// Microphone, loudspeaker and ring tone. One microphone stream is kept while the dispatcher is on duty:
// answering must not wait for a device.

import { useEffect, useState } from 'react'

export type Device = 'input' | 'output' | 'ring'

const KEPT: Record<Device, string> = {
  input: 'linedesk.microphone',
  output: 'linedesk.loudspeaker',
  ring: 'linedesk.ring',
}

export function chosen(device: Device): string {
  return localStorage.getItem(KEPT[device]) ?? ''
}

export function choose(device: Device, id: string): void {
  localStorage.setItem(KEPT[device], id)
  if (device === 'input') closeMicrophone()
  if (device === 'output') void sinkTo(voice(), id)
  if (device === 'ring' && context) void sinkTo(context, id)
}

/** setSinkId is not in every browser; the default device is the fallback. */
async function sinkTo(target: object, id: string): Promise<void> {
  const sink = (target as { setSinkId?: (id: string) => Promise<void> }).setSinkId
  try {
    await sink?.call(target, id)
  } catch {
    // The device was unplugged: the default one plays.
  }
}

let microphone: MediaStream | null = null

export async function openMicrophone(): Promise<MediaStream> {
  if (microphone?.getAudioTracks().some((track) => track.readyState === 'live')) return microphone
  const id = chosen('input')
  const wanted: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  if (!navigator.mediaDevices) throw new DOMException('insecure', 'NotSupportedError')
  try {
    microphone = await navigator.mediaDevices.getUserMedia({
      audio: id ? { ...wanted, deviceId: { exact: id } } : wanted,
    })
  } catch (error) {
    if (!id || !(error instanceof DOMException) || error.name !== 'OverconstrainedError') throw error
    microphone = await navigator.mediaDevices.getUserMedia({ audio: wanted })
  }
  return microphone
}

export function closeMicrophone(): void {
  for (const track of microphone?.getTracks() ?? []) track.stop()
  microphone = null
}

export function muteMicrophone(on: boolean): void {
  for (const track of microphone?.getAudioTracks() ?? []) track.enabled = !on
}

let context: AudioContext | null = null

function audio(): AudioContext {
  if (!context) {
    context = new AudioContext()
    void sinkTo(context, chosen('ring'))
  }
  return context
}

/** Browsers keep sound off until the person touches the page. */
export function wakeAudio(): void {
  if (audio().state === 'suspended') void audio().resume()
}

export function audioAwake(): boolean {
  return context?.state === 'running'
}

/** Loudness of a stream 0..1, now; call repeatedly. */
export function meter(stream: MediaStream): { level: () => number; stop: () => void } {
  const source = audio().createMediaStreamSource(stream)
  const analyser = audio().createAnalyser()
  analyser.fftSize = 1024
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  return {
    level: () => {
      analyser.getFloatTimeDomainData(samples)
      let sum = 0
      for (const sample of samples) sum += sample * sample
      return Math.min(1, Math.sqrt(sum / samples.length) * 4)
    },
    stop: () => source.disconnect(),
  }
}

let ringing: ReturnType<typeof setInterval> | null = null

const RING = { notes: [660, 880], every: 2000 }
/** Told from the other with closed eyes: four short notes, twice as often. */
const EMERGENCY_RING = { notes: [988, 740, 988, 740], every: 1200 }

/** Notes at intervals, synthesised: no file to load. */
export function startRing(emergency = false): void {
  stopRing()
  wakeAudio()
  const { notes, every } = emergency ? EMERGENCY_RING : RING
  const length = emergency ? 0.18 : 0.36
  const chime = () => {
    const now = audio().currentTime
    for (const [index, frequency] of notes.entries()) note(frequency, now + index * length, length)
  }
  chime()
  ringing = setInterval(chime, every)
}

export function stopRing(): void {
  if (ringing !== null) clearInterval(ringing)
  ringing = null
}

function note(frequency: number, at: number, length: number): void {
  const oscillator = audio().createOscillator()
  const gain = audio().createGain()
  oscillator.type = 'triangle'
  oscillator.frequency.value = frequency
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(0.22, at + 0.02)
  gain.gain.exponentialRampToValueAtTime(0.001, at + length)
  oscillator.connect(gain).connect(audio().destination)
  oscillator.start(at)
  oscillator.stop(at + length + 0.05)
}

/** One short note: is anything noteServerTime on the ring device? */
export function testSound(): void {
  wakeAudio()
  note(660, audio().currentTime + 0.02, 0.4)
}

let element: HTMLAudioElement | null = null

function voice(): HTMLAudioElement {
  if (!element) {
    element = new Audio()
    element.autoplay = true
    void sinkTo(element, chosen('output'))
  }
  return element
}

export function playVoice(stream: MediaStream | null): void {
  voice().srcObject = stream
  if (stream)
    void voice()
      .play()
      .catch(() => {})
}

export function useDevices(): MediaDeviceInfo[] {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([])
  useEffect(() => {
    if (!navigator.mediaDevices) return
    const read = () =>
      void navigator.mediaDevices
        .enumerateDevices()
        .then(setDevices)
        .catch(() => {})
    read()
    navigator.mediaDevices.addEventListener('devicechange', read)
    return () => navigator.mediaDevices.removeEventListener('devicechange', read)
  }, [])
  return devices
}
