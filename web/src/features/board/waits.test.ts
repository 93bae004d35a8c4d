import { expect, it } from 'vitest'
import { alarmOf } from './waits'

const NOW = 10_000_000

it.each([
  // waits s, waiting, unoffered, ready, emergency -> level, why
  [null, 0, 0, 0, true, '', null],
  [0, 1, 1, 0, true, 'breach', 'nobody_emergency'],
  [0, 1, 1, 1, true, '', null],
  // a phone rings for it
  [10, 1, 0, 0, true, '', null],
  [0, 1, 1, 0, false, 'soon', 'nobody'],
  [179, 1, 1, 1, false, '', null],
  [180, 1, 1, 1, false, 'soon', 'soon'],
  [300, 1, 0, 2, false, 'breach', 'late'],
  [300, 2, 2, 0, false, 'breach', 'late'],
  [300, 2, 2, 0, true, 'breach', 'nobody_emergency'],
] as const)(
  'waits %s s, %s waiting, %s not offered, %s ready, emergency %s: %s',
  (s, waiting, unoffered, ready, emergency, level, why) => {
    const row = { waiting, ready, oldest: s === null ? null : NOW - s * 1000 }
    expect(alarmOf(row, { emergency, unoffered, now: NOW })).toEqual({ level, why })
  },
)
