import { expect, it } from 'vitest'
import en from '../../i18n/en.json'
import ru from '../../i18n/ru.json'
import { ACTIONS, OBJECTS } from './actions'
import { shownDetails, shownValue } from './values'

const [CONTRACT] = Object.values(
  import.meta.glob<{ components: { schemas: Record<string, { enum: string[] }> } }>('../../../../openapi.json', {
    import: 'default',
    eager: true,
  }),
)

it('every action and object of the contract can be chosen, and has words in both languages', () => {
  const schemas = CONTRACT?.components.schemas
  expect([...ACTIONS].sort()).toEqual(schemas?.AuditAction?.enum.toSorted())
  expect([...OBJECTS].sort()).toEqual(schemas?.AuditObject?.enum.toSorted())
  const missing = (words: typeof en | typeof ru) => {
    const actions = words.audit.actions as Record<string, Record<string, string>>
    const objects = words.audit.objects as Record<string, string>
    const named = (action: string) => action.split('.').reduce<unknown>((at, part) => (at as never)?.[part], actions)
    return [...ACTIONS.filter((action) => !named(action)), ...OBJECTS.filter((object) => !objects[object])]
  }
  expect(missing(en)).toEqual([])
  expect(missing(ru)).toEqual([])
})

it('values are shown as text', () => {
  const check = (value: unknown, expected: string) => expect(shownValue(value)).toBe(expected)
  check(null, '—')
  check('', '—')
  check([], '—')
  check(true, '✓')
  check(3, '3')
  check(['main', 'emergency'], 'main, emergency')
  check([{ value: '*** 67', shared: false }], '*** 67 ✗')
  expect(shownDetails({ login: 'admin', query: { q: 'П***', limit: '50' } })).toEqual([
    ['login', 'admin'],
    ['q', 'П***'],
  ])
  expect(shownDetails('old text')).toEqual([])
})
