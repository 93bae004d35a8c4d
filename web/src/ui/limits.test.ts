import { expect, it } from 'vitest'
import { excess, isPhone, oneLine } from './limits'

it('counts characters as the server does', () => {
  expect(excess('я'.repeat(300), 300)).toBe(0)
  expect(excess('🔥'.repeat(301), 300)).toBe(1)
  expect(excess(`  ${'a'.repeat(300)}  `, 300)).toBe(0)
})

it('a pasted table becomes one line', () => {
  expect(oneLine(' Иванов\tИван\r\nПетрович ')).toBe('Иванов Иван Петрович')
})

it.each([
  ['8 (916) 123-45-67', true],
  ['+7 916 123 45 67', true],
  ['9161234567', true],
  ['+44 20 7946 0000', true],
  ['810442079460000', true],
  ['00442079460000', true],
  ['112', false],
  ['anonymous', false],
  ['', false],
  ['+0000000000', false],
  ['+1234567890123456', false],
  ['916 123 45 67 доб. 4', false],
  ['<script>', false],
])('%s is a telephone number: %s', (typed, expected) => expect(isPhone(typed)).toBe(expected))
