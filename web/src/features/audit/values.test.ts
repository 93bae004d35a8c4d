import { expect, it } from 'vitest'
import en from '../../i18n/en.json'
import ru from '../../i18n/ru.json'
import { ACTIONS, OBJECTS } from './actions'
import { groupOf, type Say, shownDetails, shownValue } from './values'

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

it('every closed set of the contract that the audit shows has its words in both languages', () => {
  const check = (object: string, field: string, schema: string) => {
    const group = groupOf(object, field) ?? ''
    for (const [language, words] of Object.entries({ ru, en })) {
      const found = group.split('.').reduce<unknown>((at, part) => (at as never)?.[part], words)
      const values = CONTRACT?.components.schemas[schema]?.enum ?? [schema]
      expect(Object.keys(found ?? {}), `${language}: ${object} ${field}`).toEqual(expect.arrayContaining(values))
    }
  }
  check('ticket', 'state', 'TicketState')
  check('ticket', 'kind', 'TicketKind')
  check('ticket', 'hold_reason', 'HoldReason')
  check('callback', 'state', 'CallbackFilter')
  check('call', 'state', 'CallState')
  check('call', 'outcome', 'Outcome')
  check('call', 'code', 'DispositionCode')
  check('intake', 'channel', 'IntakeChannel')
  check('recording', 'state', 'RecordingState')
  check('building', 'kind', 'BuildingKind')
  check('building', 'status', 'BuildingStatus')
  check('building', 'power_supply', 'PowerSupply')
  check('unit', 'kind', 'UnitKind')
  check('unit', 'state', 'UnitState')
  check('contact', 'kind', 'ContactKind')
  check('contact', 'language', 'Language')
  check('contact', 'role', 'RelationRole')
  check('contact', 'status', 'ContactStatus')
  check('classifier', 'kind', 'TicketKind')
  check('classifier', 'profile', 'Profile')
  check('person', 'role', 'Role')
  check('person', 'status', 'ChosenStatus')
})

it('values are shown as text', () => {
  const say: Say = (field, text) => (groupOf('ticket', field) === null ? text : `${field}:${text}`)
  const check = (value: unknown, expected: string, field = 'title') =>
    expect(shownValue(value, field, say)).toBe(expected)
  check(null, '—')
  check('', '—')
  check([], '—')
  check(true, '✓')
  check(3, '3')
  check(3, 'priority:3', 'priority')
  check(['main', 'emergency'], 'main, emergency')
  check([{ value: '*** 67', shared: false }], '*** 67 ✗')
  check([{ unit_id: 'u1', kind: 'flat' }], 'u1 kind:flat')
  expect(shownDetails({ login: 'admin', query: { q: 'П***', limit: '50', state: 'new' } }, say)).toEqual([
    ['login', 'admin'],
    ['q', 'П***'],
    ['state', 'state:new'],
  ])
  expect(shownDetails('old text', say)).toEqual([])
})
