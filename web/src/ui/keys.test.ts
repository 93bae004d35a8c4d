import { expect, it, vi } from 'vitest'
import { handleKey, keepEarly, takeEarly } from './keys'

function press(key: string, also: Partial<KeyboardEvent> = {}) {
  const prevented = vi.fn()
  const event = { key, code: '', preventDefault: prevented, stopPropagation: vi.fn(), ...also }
  handleKey(event as unknown as KeyboardEvent)
  return prevented.mock.calls.length > 0
}

it('keeps what is typed before the field has the focus', () => {
  keepEarly()
  expect([...'10х'].map((key) => press(key))).toEqual([true, true, true])
  press('Backspace')
  press('6', { repeat: true })
  expect(press('k', { ctrlKey: true })).toBe(false)
  expect(press('Shift')).toBe(false)
  press('Enter')
  expect(takeEarly()).toEqual({ text: '106', entered: true })
  expect(press('1')).toBe(false)
  expect(takeEarly()).toEqual({ text: '', entered: false })
})
