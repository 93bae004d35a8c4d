import { expect, it } from 'vitest'
import { radioAt, radioNamed } from './useRadios'

it('arrows go round, Home and End to the ends, other keys nowhere', () => {
  expect([radioAt('ArrowDown', 2, 3), radioAt('ArrowLeft', 0, 3), radioAt('Home', 2, 3), radioAt('End', 0, 3)]).toEqual(
    [0, 2, 0, 2],
  )
  expect(radioAt('Tab', 0, 3)).toBeNull()
})

it('letters find a name by its beginning', () => {
  const names = ['Создана заявка', 'Спам', 'Консультация', 'Спросили другого']
  expect(radioNamed('к', names, -1)).toBe(2)
  expect(radioNamed('с', names, -1)).toBe(0)
  expect(radioNamed('с', names, 0)).toBe(1)
  expect(radioNamed('сс', names, 1)).toBe(3)
  expect(radioNamed('сп', names, 0)).toBe(1)
  expect(radioNamed('спр', names, 1)).toBe(3)
  expect(radioNamed('я', names, 0)).toBeNull()
})
