import { expect, it } from 'vitest'
import { holds, mergedText } from './mergedText'

it('what one of two changed is as they changed it', () => {
  expect(mergedText('A b c', 'A x b c', 'A b c y')).toBe('A x b c y')
  expect(mergedText('A b c', 'A c', 'A b c y')).toBe('A c y')
  expect(mergedText('Кап', 'Капает', 'Кап\nПерезвонить')).toBe('Капает\nПерезвонить')
  expect(mergedText('A\nb', 'b', 'A c\nb')).toBe('c\nb')
  expect(mergedText('A  b', 'A b', 'A  b c')).toBe('A b c')
  expect(mergedText('', ' x', '')).toBe(' x')
  expect(mergedText('A (b), c', 'A b, c', 'A (b), c.')).toBe('A b, c.')
  expect(mergedText('Дом 1 , кв. 2', 'Дом 1, кв. 2', 'Дом 1 , кв. 22')).toBe('Дом 1, кв. 22')
})

it('what both wrote at one place is there once each, in lines where a line ends', () => {
  expect(mergedText('A', 'A x', 'A y')).toBe('A y\nx')
  expect(mergedText('A y', 'A y z', 'A y\nx')).toBe('A y z\nx')
  expect(mergedText('', 'Течёт', 'Капает')).toBe('Капает\nТечёт')
  expect(mergedText('Течёт кухня', 'Течёт новая кухня', 'Течёт старая кухня')).toBe('Течёт старая новая кухня')
  expect(mergedText('A', 'A\nx', 'A\ny')).toBe('A\ny\nx')
  expect(mergedText('Капа', 'Капает', 'Капли')).toBe('Капли Капает')
})

it('the same words of both are there once', () => {
  expect(mergedText('A', 'A x', 'A x')).toBe('A x')
  expect(mergedText('A', 'A x more', 'A x')).toBe('A x more')
  expect(mergedText('A', 'A x', 'A x more')).toBe('A x more')
})

it('who pressed Space or Enter at the end goes on there', () => {
  expect(mergedText('A', 'A ', 'A\nx')).toBe('A \nx')
  expect(mergedText('A', 'A\nx', 'A ')).toBe('A \nx')
  expect(mergedText('A', 'A\n', 'A\nx')).toBe('A\n\nx')
  expect(mergedText('A', 'A\n', 'A x')).toBe('A x\n')
})

it('long texts with changes at both ends are merged soon', () => {
  const list = Array.from({ length: 4000 }, (_, at) => `w${at}`)
  const [base, mine, theirs] = [list, ['x', ...list, 'y'], ['z', ...list.slice(1), 'q']].map((all) => all.join(' '))
  expect(mergedText(base ?? '', mine ?? '', theirs ?? '')).toBe(['z', 'x', ...list.slice(1), 'q\ny'].join(' '))
  const other = list.map((word) => `${word}!`).join(' ')
  expect(mergedText(base ?? '', other, `${base} end`)).toBe(`${other} end`)
})

it('what was sent is known again in what another page made of it', () => {
  expect(holds('A Кап\ny', 'A Кап', 'A')).toBe(true)
  expect(holds('A и свет', 'A и лифт', 'A')).toBe(false)
  expect(holds('A', 'A', 'A')).toBe(false)
})
