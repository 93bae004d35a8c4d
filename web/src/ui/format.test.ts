import { describe, expect, it } from 'vitest'
import { dateTime, instant, phone, phoneDigits, shortWhen, spaced, span, timer } from './format'

const ru = { d: 'д', h: 'ч', m: 'мин', s: 'с' }

describe('phone', () => {
  it('groups Russian numbers however they were written', () => {
    for (const raw of ['+79123456789', '89123456789', '79123456789', '9123456789', '8 (912) 345-67-89']) {
      expect(phone(raw)).toBe('+7 912 345-67-89')
    }
  })
  it('leaves extensions alone and survives nothing', () => {
    expect(phone('101')).toBe('101')
    expect(phone(null)).toBe('')
    expect(phone('anonymous')).toBe('anonymous')
  })
  it('makes what the server searches by', () => {
    expect(phoneDigits('8 912 345-67-89')).toBe('+79123456789')
    expect(phoneDigits('912 345 67 89')).toBe('+79123456789')
    expect(phoneDigits('345-67')).toBe('34567')
  })
})

describe('timer and span', () => {
  it('counts up without jumping negative', () => {
    expect(timer(-500)).toBe('0:00')
    expect(timer(65_400)).toBe('1:05')
    expect(timer(3_725_000)).toBe('1:02:05')
  })
  it('says a span in two units at most', () => {
    expect(span(30_000, ru)).toBe('30 с')
    expect(span(125_000, ru)).toBe('2 мин 5 с')
    expect(span(45 * 60_000 + 5000, ru)).toBe('45 мин')
    expect(span(27 * 3_600_000, ru)).toBe('1 д 3 ч')
    expect(span(-90_000, ru)).toBe('1 мин 30 с')
  })
})

describe('dates', () => {
  it('are said in the zone of the building, not of the workstation', () => {
    expect(dateTime('2026-11-20T22:30:00Z', 'ru')).toBe('21.11.2026, 01:30')
    expect(dateTime('2026-11-20T22:30:00Z', 'ru', 'Asia/Yekaterinburg')).toBe('21.11.2026, 03:30')
  })
  it('drops the date for today in that zone', () => {
    const now = Date.parse('2026-11-20T22:45:00Z')
    expect(shortWhen('2026-11-20T21:05:00Z', now, 'ru')).toBe('00:05')
    expect(shortWhen('2026-11-20T20:05:00Z', now, 'ru')).toContain('20')
    expect(shortWhen('2025-12-31T21:30:00Z', Date.parse('2026-01-02T10:00:00Z'), 'ru')).not.toContain('202')
  })
})

it.each([
  ['2026-11-21T10:30', 'Europe/Moscow', '2026-11-21T07:30:00.000Z'],
  ['2026-11-21T10:30', 'Asia/Yekaterinburg', '2026-11-21T05:30:00.000Z'],
  ['2026-01-01T00:10', 'Asia/Kamchatka', '2025-12-31T12:10:00.000Z'],
  // A zone with summer time, on both sides of its change.
  ['2026-03-29T01:30', 'Europe/Berlin', '2026-03-29T00:30:00.000Z'],
  ['2026-03-29T03:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
])('the clock on the wall shows %s in %s', (wall, zone, moment) =>
  expect(new Date(instant(wall, zone)).toISOString()).toBe(moment),
)

it('spaces long ticket numbers in threes', () => {
  expect(spaced(1042)).toBe('1042')
  expect(spaced('10423')).toBe('10\u2009423')
})
