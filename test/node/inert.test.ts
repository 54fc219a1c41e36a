import { expect, test } from 'vitest'
import { createClient } from '../../src/sdk/index.ts'

test('without a browser the client does nothing, and throws nothing', async () => {
  const client = createClient({ site: 'shop' })
  client.track('Viewed')
  client.unlink()
  expect(client.content('hero', 'own')).toBe('own')
  expect(await client.decide(['hero'])).toEqual({ hero: { reason: 'unavailable', tier: 'default' } })
  await client.flush()
  client.on('error', () => undefined)()
  client.destroy()
})

test.each([undefined, null, 7, { site: 1n, endpoint: 7, slots: [{}], budgetMs: NaN, consent: {}, prefix: [] }])(
  'options that are %s throw nothing',
  (options) => {
    expect(() => createClient(options as never).track('Viewed')).not.toThrow()
  },
)
