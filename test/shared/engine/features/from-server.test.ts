import { expect, test } from 'vitest'
import { compile } from '../../../../src/engine/compile.ts'
import { readDid } from '../../../../src/engine/did.ts'
import { declareFeature } from '../../../../src/engine/features/declaration.ts'

const bought = { kind: 'ever', event: 'Order Completed' }

test('of the same events from servers alone another feature is made', () => {
  const paid = declareFeature({ ...bought, from: 'server' }, [])
  expect(paid.definition).toEqual({ ...bought, from: 'server' })
  expect(paid.id).not.toBe(declareFeature(bought, []).id)
  expect(readDid({ event: 'Order Completed', from: 'server' }, [], {}).feature.id).toBe(paid.id)
})

test('from anybody else is refused with its place', () => {
  const refusal = expect.objectContaining({ path: ['features', 'paid', 'from'] }) as unknown
  expect(() => declareFeature({ ...bought, from: 'page' }, ['features', 'paid'])).toThrow(refusal as Error)
})

test('a slot that reads it waits for no event of the page, and may be cached', () => {
  const { slots } = compile({
    version: '1',
    site: 'site',
    slots: [{ name: 'hero' }, { name: 'other' }],
    audiences: {
      paid: { $did: { event: 'Order Completed', from: 'server' } },
      said: { $did: { event: 'Order Completed' } },
    },
    experiences: ['paid', 'said'].map((audience) => ({
      id: audience,
      slot: audience === 'paid' ? 'hero' : 'other',
      audience,
      coverage: 1,
      seed: audience,
      variants: [{ id: 'v', weight: 1, operations: [] }],
    })),
  })
  expect(slots.map(({ events, isStrict, isOfServers }) => [events, isStrict, isOfServers])).toEqual([
    [[], false, true],
    [['Order Completed'], false, false],
  ])
})
