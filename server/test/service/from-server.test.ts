import { expect, test, vi } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { startService } from '../support/start-service.ts'

const CATALOG = `site: agency
origins: [https://www.brand.example]
slots: { thanks: {}, hello: {} }
audiences:
  paid: { $did: { event: Order Completed, from: server } }
  unpaid: { $not: { $did: { event: Order Completed, from: server } } }
  said: { $did: { event: Order Completed } }
experiences:
  - { id: thanks, slot: thanks, audience: paid, variants: [{ id: thanks, do: [{ text: Thank you }] }] }
  - { id: pay, slot: thanks, audience: unpaid, variants: [{ id: pay, do: [{ text: Pay }] }] }
  - { id: hello, slot: hello, audience: said, variants: [{ id: hello, do: [{ text: Hello }] }] }
`
const secret = 's'.repeat(32)
const authorization = `Bearer ${createKeys(secret).issue({ site: 'agency', access: 'server' })}`

test('what a browser says changes no feature from servers, not even at once, and what the server says does', async () => {
  const { decide, batch, post, service } = await startService({ catalog: CATALOG, secret })
  const ask = async (question: object, headers = {}) => {
    const { thanks, hello } = (await decide(question, headers)).body.slots
    return [thanks?.experience, thanks?.ttlMs, hello?.experience]
  }
  await vi.waitFor(async () => expect(await ask({})).toEqual(['pay', 60_000, undefined]))
  const token = (await decide()).body.token as string
  const event = { event: 'Order Completed', messageId: 'm', timestamp: new Date().toISOString() }
  expect(await ask({ token, recent: [event] })).toEqual(['pay', 60_000, 'hello'])
  await batch(token, [{ ...event, type: 'track' }])
  await service.caughtUp()
  expect(await ask({ token })).toEqual(['pay', 60_000, 'hello'])
  await post('/v1/batch', { batch: [{ ...event, type: 'track', userId: 'ann' }] }, { authorization })
  await service.caughtUp()
  expect(await ask({ userId: 'ann' }, { authorization })).toEqual(['thanks', 60_000, 'hello'])
})
