// @vitest-environment jsdom
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createClient } from '../../../src/sdk/index.ts'
import { createTestService } from '../../../src/testing/index.ts'

const endpoint = `${location.origin}/pp`
const service = createTestService({
  endpoint,
  slots: { headline: { operations: [{ op: 'text', value: 'Spring' }] }, teaser: {} },
})
const server = setupServer(...service.handlers)

beforeAll(() => {
  server.listen({ onUnhandledFrame: 'error' })
})
afterEach(() => {
  createClient({ site: 'shop', endpoint }).destroy()
})
afterAll(() => {
  server.close()
})

test('an app gets the decisions that its test has named', async () => {
  const client = createClient({ site: 'shop', endpoint, consent: 'granted' })
  expect(await client.decide()).toMatchObject({
    headline: { reason: 'match', content: 'Spring', variant: 'test' },
    teaser: { reason: 'control' },
  })
  expect(client.content('headline', 'Original')).toBe('Spring')
  expect(client.content('teaser', 'Original')).toBe('Original')
  expect(service.questions[0]).toMatchObject({ site: 'shop', consent: 'granted' })
})

test('a second client for the same site and prefix is the first one, until it is destroyed', () => {
  const first = createClient({ site: 'shop', endpoint })
  expect(createClient({ site: 'shop', endpoint, consent: 'denied' })).toBe(first)
  expect(createClient({ site: 'shop', endpoint, prefix: 'other' })).not.toBe(first)
  createClient({ site: 'shop', endpoint, prefix: 'other' }).destroy()
  first.destroy()
  expect(createClient({ site: 'shop', endpoint })).not.toBe(first)
})

test('a listener hears what happens until it stops', async () => {
  const client = createClient({ site: 'shop', endpoint, consent: 'granted' })
  const heard = vi.fn()
  const stop = client.on('consent', heard)
  client.consent('denied')
  expect(heard.mock.calls).toEqual([['denied']])
  stop()
  client.consent('granted')
  expect(heard).toHaveBeenCalledTimes(1)
})

test('after destroy every method is harmless, and decide still answers', async () => {
  const client = createClient({ site: 'shop', endpoint })
  client.destroy()
  client.track('After')
  client.identify('u1')
  client.reset()
  client.destroy()
  expect(await client.decide(['headline'], { timeoutMs: 1 })).toMatchObject({ headline: { tier: 'default' } })
})
