import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { openTallies } from '../../src/consumers/report/open-tallies.ts'
import { createKeys } from '../../src/identity/key.ts'
import { startService } from '../support/start-service.ts'

const SECRET = 'a secret of more than thirty-two characters'

const CATALOG = `site: agency
origins: [https://www.brand.example]
goals:
  orders: { event: Order Completed, value: total, currency: EUR, most: 500, within: 7d, by: order_id }
slots: { hero: {} }
experiences:
  - id: spring
    slot: hero
    variants: [{ id: flowers, do: [{ text: Flowers }] }, { id: plain }]
`

function event(number: number, name: string, properties: object): object {
  const timestamp = new Date().toISOString()
  return { type: 'track', messageId: `m-${number}`, timestamp, event: name, properties }
}

test('an order after an assignment is counted once, whoever reports it, and can be read beside the service', async () => {
  const running = await startService({ catalog: CATALOG, secret: SECRET })
  const { body } = await running.decide()
  const { token = '', catalog, slots } = body
  const { experience, variant } = slots['hero'] ?? {}
  const assigned = { slot: 'hero', experience, variant, outcome: 'shown', catalog }
  const order = { order_id: '1', total: 19.99, currency: 'EUR' }
  const sentAt = new Date().toISOString()
  const envelope = { v: 1, site: 'agency', consent: 'granted', token, sentAt }
  const batch = [
    event(1, 'pp:assigned', assigned),
    event(2, 'Order Completed', order),
    event(3, 'Order Completed', order),
  ]
  expect((await running.post('/v1/batch', { ...envelope, batch })).status).toBe(200)
  const key = createKeys(SECRET).issue({ site: 'agency', access: 'server' })
  const users = { ...event(4, 'Order Completed', order), userId: 'ann' }
  await running.post('/v1/batch', { batch: [users] }, { authorization: `Basic ${btoa(`${key}:`)}` })

  const beside = openTallies(join(running.dataDirectory, 'reports'))
  const tallies = await vi.waitFor(
    () => {
      const found = beside.tallies('agency')
      expect(found?.outcomes).toHaveLength(1)
      return found
    },
    { timeout: 10_000 },
  )
  await beside.close()
  const group = { experience: 'spring', seed: 'spring', variant }
  expect(tallies?.outcomes).toEqual([
    expect.objectContaining({ ...group, visitors: 1, converted: 1, value: 1_999n, squares: 1_999n ** 2n }),
  ])
  expect(tallies?.arrivals).toEqual([expect.objectContaining({ ...group, assigned: 1, fresh: 1, period: 0 })])
  expect(tallies?.plans.map(({ version }) => version)).toEqual([catalog])
  expect(tallies?.periods).toEqual([expect.objectContaining({ shares: { flowers: 0.5, plain: 0.5 } })])
})
