// Words for numbers, times and phones. Pure; the language comes in as an argument.

export const ZONE = 'Europe/Moscow'

/** "+79123456789" → "+7 912 345-67-89"; short internal numbers and foreign ones stay readable. */
export function phone(raw: string | null | undefined): string {
  if (!raw) return ''
  const digits = raw.replace(/[^\d]/g, '')
  const russian = /^(?:7|8)?(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(digits)
  if (russian && (digits.length === 10 || digits.startsWith('7') || digits.startsWith('8'))) {
    return `+7 ${russian[1]} ${russian[2]}-${russian[3]}-${russian[4]}`
  }
  if (raw.startsWith('+') && digits.length > 7) return `+${digits.replace(/(\d{1,3})(?=(\d{3})+$)/g, '$1 ').trim()}`
  return raw
}

/** What the server searches by: digits with a leading plus for Russian numbers. */
export function phoneDigits(typed: string): string {
  const digits = typed.replace(/[^\d]/g, '')
  if (digits.length === 11 && (digits.startsWith('8') || digits.startsWith('7'))) return `+7${digits.slice(1)}`
  if (digits.length === 10) return `+7${digits}`
  return typed.trim().startsWith('+') ? `+${digits}` : digits
}

/** 65_000 → "1:05", 3_725_000 → "1:02:05". Never negative. */
export function timer(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000))
  const seconds = String(whole % 60).padStart(2, '0')
  const minutes = Math.floor(whole / 60) % 60
  const hours = Math.floor(whole / 3600)
  if (hours > 0) return `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
  return `${minutes}:${seconds}`
}

export interface SpanWords {
  d: string
  h: string
  m: string
  s: string
}

/** A long span in two units at most: "2 d 3 h", "45 min", "30 s". */
export function span(ms: number, words: SpanWords): string {
  const total = Math.max(0, Math.floor(Math.abs(ms) / 1000))
  const days = Math.floor(total / 86_400)
  const hours = Math.floor(total / 3600) % 24
  const minutes = Math.floor(total / 60) % 60
  const seconds = total % 60
  const pick = (a: number, aw: string, b: number, bw: string) => (b > 0 ? `${a} ${aw} ${b} ${bw}` : `${a} ${aw}`)
  if (days > 0) return pick(days, words.d, hours, words.h)
  if (hours > 0) return pick(hours, words.h, minutes, words.m)
  if (minutes > 0) return minutes < 10 ? pick(minutes, words.m, seconds, words.s) : `${minutes} ${words.m}`
  return `${seconds} ${words.s}`
}

function locale(language: string): string {
  return language.startsWith('en') ? 'en-GB' : 'ru-RU'
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(
  language: string,
  zone: string,
  kind: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${language}|${zone}|${kind}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale(language), { timeZone: zone, ...options })
  formats.set(key, made)
  return made
}

type When = string | number | Date

/** 20.11.2026, 14:05 — with seconds when asked. In the building's time zone. */
export function dateTime(at: When, language: string, zone: string = ZONE): string {
  return formatOf(language, zone, 'dt', {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(at))
}

export function time(at: When, language: string, zone: string = ZONE): string {
  return formatOf(language, zone, 't', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at))
}

/** Today: 14:05. This year: 20 нояб., 14:05. Else with the year. */
export function shortWhen(at: When, now: number, language: string, zone: string = ZONE): string {
  const day = formatOf(language, zone, 'day', { day: '2-digit', month: '2-digit', year: 'numeric' })
  const moment = new Date(at)
  if (day.format(moment) === day.format(new Date(now))) {
    return formatOf(language, zone, 'hm', { hour: '2-digit', minute: '2-digit' }).format(moment)
  }
  const year = formatOf(language, zone, 'y', { year: 'numeric' })
  const sameYear = year.format(moment) === year.format(new Date(now))
  return formatOf(language, zone, sameYear ? 'dm' : 'dmy', {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
  }).format(moment)
}

/** A local time of the zone, "2026-11-21T10:30", as unix ms. */
export function instant(wall: string, zone: string = ZONE): number {
  const asIf = Date.parse(`${wall}:00Z`)
  const ahead = (at: number): number =>
    Date.parse(
      `${new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at).replace(' ', 'T')}Z`,
    ) - at
  // Twice: near a change of summer time the first guess may lie on the other side of it.
  return asIf - ahead(asIf - ahead(asIf))
}

export function percent(share: number | null | undefined, language: string): string {
  if (share === null || share === undefined) return '—'
  return new Intl.NumberFormat(locale(language), { style: 'percent', maximumFractionDigits: 0 }).format(share)
}

export function decimal(value: number | null | undefined, language: string, digits = 1): string {
  if (value === null || value === undefined) return '—'
  return new Intl.NumberFormat(locale(language), {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  }).format(value)
}

/** As many digits as it has, with the language's comma or point. */
export function number(value: number, language: string): string {
  return new Intl.NumberFormat(locale(language), { maximumFractionDigits: 6, useGrouping: false }).format(value)
}

/** 10423 → "10 423": a number read aloud in groups. */
export function spaced(digitsOf: number | string): string {
  const digits = String(digitsOf)
  return digits.length <= 4 ? digits : digits.replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009')
}
