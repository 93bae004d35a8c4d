import { ActionIcon, SegmentedControl } from '@mantine/core'
import { IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type PointerEvent, useCallback, useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, audioUrl } from '../../api/client'
import { asProblem } from '../../api/problem'
import type { Peaks } from '../../api/types'
import { ProblemNote, Waiting } from '../../ui/Wait'
import { number, timer } from '../../ui/format'
import { When } from '../../ui/Small'
import { LegalHold } from './LegalHold'
import css from './RecordingPlayer.module.css'

const SKIP_S = 5

const RUNNING_REFETCH_MS = 3000

/** Both channels as waves (caller above, our side below), click or arrows to seek. `marks`: moments of tickets, ms. */
export function RecordingPlayer({ id, marks = [] }: { id: string; marks?: { at: number; label: string }[] }) {
  const { t } = useTranslation()
  const recording = useQuery({
    queryKey: ['recordings', id],
    queryFn: () => api.get('/recordings/{id}', { params: { path: { id } } }),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? RUNNING_REFETCH_MS : false),
  })
  const done = recording.data !== undefined && !['running', 'deleted'].includes(recording.data.state)
  const peaks = useQuery({
    queryKey: ['recordings', id, 'peaks'],
    queryFn: () => api.get('/recordings/{id}/peaks', { params: { path: { id } } }),
    enabled: done,
    staleTime: Infinity,
  })
  const missing = Math.ceil((peaks.data?.missing_ms ?? 0) / 1000)
  // what a person may not hear is not there for the person
  if (recording.isError && [403, 404].includes(asProblem(recording.error).status))
    return <span className="muted">{t('recording.not_allowed')}</span>
  if (recording.isError) return <ProblemNote error={recording.error} retry={() => void recording.refetch()} />
  if (recording.data === undefined) return <Waiting lines={2} height={40} />
  if (recording.data.state === 'deleted')
    return (
      <div className="muted pad" role="status">
        {t('recording.deleted')} <When at={recording.data.deleted_at} />
      </div>
    )
  if (!done)
    return (
      <div className="muted pad" role="status">
        {t('recording.running')}
      </div>
    )
  return (
    <div>
      <LegalHold recording={recording.data} />
      {recording.data.state === 'broken' && (
        <div className="muted small" style={{ marginBottom: 6 }}>
          {t('recording.broken')}
        </div>
      )}
      {(recording.data.damage ?? []).length > 0 && (
        <div className="small" role="status" style={{ marginBottom: 6, color: 'var(--ld-breach)' }}>
          {t('recording.damaged', {
            what: (recording.data.damage ?? [])
              .map((each) =>
                t(`recording.damage.${each.kind}`, {
                  from: timer(each.from_ms ?? 0),
                  to: timer(Math.ceil((each.to_ms ?? 0) / 1000) * 1000),
                }),
              )
              .join(', '),
          })}
        </div>
      )}
      {missing > 0 && (
        <div className="muted small" style={{ marginBottom: 6 }}>
          {t('recording.missing', { seconds: missing })}
        </div>
      )}
      <Player id={id} peaks={peaks.data ?? null} fallback={(recording.data.duration_ms ?? 0) / 1000} marks={marks} />
      {peaks.isError && <ProblemNote error={peaks.error} retry={() => void peaks.refetch()} />}
    </div>
  )
}

function Player({
  id,
  peaks,
  fallback,
  marks,
}: {
  id: string
  peaks: Peaks | null
  fallback: number
  marks: { at: number; label: string }[]
}) {
  const { t, i18n } = useTranslation()
  const audio = useRef<HTMLAudioElement>(null)
  const [at, setAt] = useState(0)
  const [playing, setPlaying] = useState(false)
  const [rate, setRate] = useState('1')
  const [broken, setBroken] = useState(false)
  const length = peaks ? peaks.duration_ms / 1000 : fallback
  const source = audioUrl(id)
  const seek = (second: number) => {
    if (!audio.current) return
    audio.current.currentTime = Math.max(0, Math.min(length, second))
    setAt(audio.current.currentTime)
  }
  const toggle = () => {
    if (!audio.current) return
    if (playing) audio.current.pause()
    else void audio.current.play().catch(() => setBroken(true))
  }
  useSmooth(playing, () => setAt(audio.current?.currentTime ?? 0))
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.type === 'pointermove' && event.buttons !== 1) return
    const box = event.currentTarget.getBoundingClientRect()
    seek(((event.clientX - box.left) / box.width) * length)
  }
  return (
    <div className={css.player}>
      <audio
        ref={audio}
        src={source}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
        onError={() => setBroken(true)}
      />
      <div
        className={css.wave}
        role="slider"
        tabIndex={0}
        aria-label={t('recording.position')}
        aria-valuemin={0}
        aria-valuemax={Math.round(length)}
        aria-valuenow={Math.round(at)}
        aria-valuetext={`${timer(at * 1000)} / ${timer(length * 1000)}`}
        onPointerDown={drag}
        onPointerMove={drag}
        onKeyDown={(event) => {
          if (event.key === 'ArrowRight') seek(at + SKIP_S)
          else if (event.key === 'ArrowLeft') seek(at - SKIP_S)
          else if (event.key === 'Home') seek(0)
          else if (event.key === ' ' || event.key === 'Enter') toggle()
          else return
          event.preventDefault()
        }}
      >
        {peaks && <Wave peaks={peaks} at={length > 0 ? at / length : 0} />}
        <span className={css.side} style={{ top: 3 }}>
          {t('recording.caller')}
        </span>
        <span className={css.side} style={{ bottom: 3 }}>
          {t('recording.us')}
        </span>
        {marks.map((mark) => (
          <span
            key={mark.label + mark.at}
            className={css.mark}
            title={mark.label}
            style={{ left: `${length > 0 ? (mark.at / 1000 / length) * 100 : 0}%` }}
          />
        ))}
        <span className={css.cursor} style={{ left: `${length > 0 ? (at / length) * 100 : 0}%` }} />
      </div>
      <div className={css.bar}>
        <ActionIcon
          variant="filled"
          color="lamp"
          size="lg"
          radius="xl"
          aria-label={playing ? t('recording.pause') : t('recording.play')}
          onClick={toggle}
        >
          {playing ? <IconPlayerPauseFilled size={18} aria-hidden /> : <IconPlayerPlayFilled size={18} aria-hidden />}
        </ActionIcon>
        <span className="num">
          {timer(at * 1000)} / {timer(length * 1000)}
        </span>
        <SegmentedControl
          size="xs"
          aria-label={t('recording.speed')}
          value={rate}
          onChange={(value) => {
            setRate(value)
            if (audio.current) audio.current.playbackRate = Number(value)
          }}
          data={[
            { value: '1', label: '1×' },
            { value: '1.5', label: `${number(1.5, i18n.language)}×` },
            { value: '2', label: '2×' },
          ]}
        />
        {marks.map((mark) => (
          <button
            key={`b${mark.label}${mark.at}`}
            type="button"
            className="link small"
            style={{ background: 'none', border: 0, cursor: 'pointer', color: 'var(--mantine-color-anchor)' }}
            onClick={() => seek(mark.at / 1000)}
          >
            {mark.label} · {timer(mark.at)}
          </button>
        ))}
        <span className="grow" />
        <ActionIcon
          component="a"
          href={source}
          download={`${id}.wav`}
          aria-label={t('recording.download')}
          title={t('recording.download')}
        >
          <IconDownload size={18} aria-hidden />
        </ActionIcon>
      </div>
      {broken && (
        <div className="small" role="alert" style={{ color: 'var(--ld-breach)' }}>
          {t('recording.cannot_play')}
        </div>
      )}
    </div>
  )
}

/** The audio element reports its time only four times a second; the cursor is drawn every frame. */
function useSmooth(running: boolean, frame: () => void): void {
  const draw = useEffectEvent(frame)
  useEffect(() => {
    if (!running) return
    let id = requestAnimationFrame(function next() {
      draw()
      id = requestAnimationFrame(next)
    })
    return () => {
      cancelAnimationFrame(id)
      draw()
    }
  }, [running])
}

function Wave({ peaks, at }: { peaks: Peaks; at: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const draw = useCallback(() => {
    const element = canvas.current
    if (!element) return
    const ratio = window.devicePixelRatio || 1
    const width = Math.round(element.clientWidth * ratio)
    const height = Math.round(element.clientHeight * ratio)
    if (element.width !== width || element.height !== height) {
      element.width = width
      element.height = height
    }
    const pen = element.getContext('2d')
    if (!pen) return
    pen.clearRect(0, 0, width, height)
    const style = getComputedStyle(element)
    const played = style.getPropertyValue('--ld-accent')
    const ahead = style.getPropertyValue('--mantine-color-placeholder')
    channel(pen, peaks.left, 0, height / 2, width, at, played, ahead)
    channel(pen, peaks.right, height / 2, height / 2, width, at, played, ahead)
  }, [peaks, at])
  useEffect(draw, [draw])
  useEffect(() => {
    if (!canvas.current) return
    const watcher = new ResizeObserver(draw)
    watcher.observe(canvas.current)
    return () => watcher.disconnect()
  }, [draw])
  return <canvas ref={canvas} aria-hidden />
}

function channel(
  pen: CanvasRenderingContext2D,
  list: number[][],
  top: number,
  height: number,
  width: number,
  at: number,
  played: string,
  ahead: string,
): void {
  const middle = top + height / 2
  const scale = (height / 2) * 0.92
  const perPixel = list.length / width
  for (let x = 0; x < width; x += 1) {
    let low = 0
    let high = 0
    const from = Math.floor(x * perPixel)
    const to = Math.max(from + 1, Math.floor((x + 1) * perPixel))
    for (let index = from; index < to && index < list.length; index += 1) {
      const pair = list[index]
      if (!pair) continue
      low = Math.min(low, pair[0] ?? 0)
      high = Math.max(high, pair[1] ?? 0)
    }
    pen.fillStyle = x / width < at ? played : ahead
    const tall = Math.max(1, (high - low) * scale)
    pen.fillRect(x, middle - high * scale, 1, tall)
  }
}
