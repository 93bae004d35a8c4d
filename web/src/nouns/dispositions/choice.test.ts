import { expect, it } from 'vitest'
import { saidBy } from './choice'

it('asks everybody who talked for an outcome of their own', () => {
  const part = (agent: string, disposition: 'transferred' | 'spam' | null) => ({
    id: agent,
    agent: { id: agent, name: agent },
    queue: null,
    at: '2026-11-01T00:00:00Z',
    ended_at: null,
    disposition,
    comment: null,
  })
  const call = { disposition: null } as Parameters<typeof saidBy>[1]['call']
  const card = { call, parts: [part('anna', 'transferred'), part('boris', null)] }
  expect(saidBy('anna', card)).toBe('transferred')
  expect(saidBy('boris', card)).toBeNull()
  expect(saidBy('supervisor', { ...card, call: { ...call, disposition: 'spam' } })).toBe('spam')
  // who gets the call back owes an outcome again
  expect(saidBy('anna', { ...card, parts: [...card.parts, part('anna', null)] })).toBeNull()
})
