import { join } from 'node:path'
import type { DecideResponse } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../../src/stores/store.ts'
import { deadStore } from '../../support/dead-store.ts'
import { startService, temporaryDirectory } from '../../support/start-service.ts'

const CATALOG = `site: agency
origins: [https://www.brand.example]
slots: { offer: {} }
audiences:
  buyers: { "events.Order Completed": { $gte: 1 } }
  regulars: { "events.Order Completed": { $gte: 2 } }
experiences:
  - { id: again, slot: offer, audience: regulars, variants: [{ id: again, do: [{ text: Welcome again }] }] }
  - { id: thanks, slot: offer, audience: buyers, variants: [{ id: thanks, do: [{ text: Thank you }] }] }
  - { id: buy, slot: offer, variants: [{ id: buy, do: [{ text: Buy me }] }] }
`

const NAME = 'Order Completed'

function order(messageId = 'order-1', timestamp = new Date().toISOString()) {
  return { messageId, timestamp, event: NAME }
}

const asEvent = (recent: ReturnType<typeof order>) => ({ ...recent, type: 'track' })

const shown = ({ slots }: DecideResponse): string | undefined => slots['offer']?.experience

/** An LMDB store whose commits wait until they may go on. */
async function heldStore(): Promise<{ store: ProfileStore; goOn(): void }> {
  const store = openLmdbStore(join(await temporaryDirectory(), 'profiles'))
  let goOn = (): void => undefined
  const held = new Promise<void>((resolve) => (goOn = resolve))
  return {
    store: { ...store, commit: (...args) => held.then(() => store.commit(...args)) },
    goOn: () => {
      goOn()
    },
  }
}

test('an answer names the events that slots depend on, and the keys that are kept of them, with consent only', async () => {
  const { decide } = await startService({ catalog: CATALOG })
  const { body } = await decide()
  expect(body.recent).toEqual({ events: [NAME], keys: ['messageId', 'timestamp', 'event', 'properties'] })
  expect((await decide({ consent: 'pending' })).body.recent).toBeUndefined()
})

test('a decision knows what was bought though folding stands still, and counts it once when it goes on', async () => {
  const { store, goOn } = await heldStore()
  const { decide, batch, service } = await startService({ catalog: CATALOG }, { store })
  const token = (await decide()).body.token as string
  const recent = [order()]
  expect((await batch(token, recent.map(asEvent))).status).toBe(200)
  expect(shown((await decide({ token })).body)).toBe('buy')
  const during = (await decide({ token, recent })).body
  expect([shown(during), during.folded]).toEqual(['thanks', 0])
  // Nothing of it is kept for others.
  expect(shown((await decide({ token })).body)).toBe('buy')
  goOn()
  await service.caughtUp()
  const after = (await decide({ token, recent })).body
  expect([shown(after), after.folded]).toEqual(['thanks', 1])
  expect(shown((await decide({ token })).body)).toBe('thanks')
})

test('the first events that the profile has need not be sent again; of the others each counts once', async () => {
  const { decide, batch, service } = await startService({ catalog: CATALOG })
  const token = (await decide()).body.token as string
  await batch(token, [asEvent(order('a'))])
  await service.caughtUp()
  const twice = (await decide({ token, recent: [order('a'), order('b'), order('b')] })).body
  expect([shown(twice), twice.folded]).toEqual(['again', 1])
  const between = (await decide({ token, recent: [order('b'), order('a')] })).body
  expect([shown(between), between.folded]).toEqual(['again', 0])
})

test('what is no event, too old or not asked for counts for nothing, and is not sent again', async () => {
  const { decide } = await startService({ catalog: CATALOG })
  const token = (await decide()).body.token as string
  const old = new Date(Date.now() - 90_000_000).toISOString()
  const junk = [null, 7, 'text', [], {}, { messageId: 'm', timestamp: 'then', event: NAME }, order('x', old)]
  const named = ['pp:assigned', '__proto__', 'constructor', 'Signed Up', ''].map((event) => ({ ...order(), event }))
  for (const recent of [junk, named, [{ ...order(), properties: [] }], [{ ...order(), messageId: 5 }]]) {
    const { status, body } = await decide({ token, recent })
    expect([recent, status, shown(body), body.folded]).toEqual([recent, 200, 'buy', recent.length])
  }
})

test('more than 20 events, or more than 1,024 characters of them, are refused with their place', async () => {
  const { decide } = await startService({ catalog: CATALOG })
  const token = (await decide()).body.token as string
  for (const recent of [
    Array.from({ length: 21 }, () => 0),
    [{ ...order(), properties: { text: 'x'.repeat(1_000) } }],
  ]) {
    const { status, body } = await decide({ token, recent })
    expect([status, body]).toMatchObject([
      400,
      { error: { code: 'body_invalid', message: expect.stringContaining('/recent') } },
    ])
  }
  expect((await decide({ token, recent: 'no list' })).status).toBe(400)
})

test('nobody is believed without consent or a token of ours, and a new visitor need not send the old one’s events', async () => {
  const { decide } = await startService({ catalog: CATALOG })
  const recent = [order()]
  const forged = (await decide({ token: 'a.b.c', recent })).body
  expect([shown(forged), forged.folded]).toEqual(['buy', 1])
  const denied = (await decide({ consent: 'denied', recent })).body
  expect([shown(denied), denied.folded]).toEqual(['buy', undefined])
})

test('while the store does not answer the browser keeps what it has', async () => {
  const { decide } = await startService({ catalog: CATALOG }, { store: deadStore() })
  const token = (await decide()).body.token as string
  const { body } = await decide({ token, recent: [order()] })
  expect([body.slots['offer']?.tier, body.folded]).toEqual(['contextual', undefined])
})
