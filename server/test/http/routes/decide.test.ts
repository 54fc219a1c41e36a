import { expect, test } from 'vitest'
import { deadStore } from '../../support/dead-store.ts'
import { EVENTS, ORIGIN, PAGE, startService } from '../../support/start-service.ts'

const TOKEN = /^[\w-]{22}\.[0-9a-z]+\.[\w-]{22}$/

test('a new visitor is issued and gets live decisions for every slot without a read', async () => {
  const { decide } = await startService({}, { store: deadStore() })
  const { status, headers, body } = await decide({ page: { ...PAGE, campaign: 'spring' } })
  expect(status).toBe(200)
  expect(headers.get('cache-control')).toBe('private, no-cache')
  expect(body.token).toMatch(TOKEN)
  expect(body).toMatchObject({ v: 1, consent: 'granted', ttlMs: 86_400_000 })
  expect(body.catalog).toMatch(/^[0-9a-f]{12}$/)
  expect(body.slots).toEqual({
    masthead: {
      reason: 'match',
      tier: 'live',
      experience: 'welcome',
      variant: 'welcome',
      operations: [{ op: 'style', name: 'background-image', value: 'url("/welcome.jpg")' }],
      selector: 'header.masthead',
    },
    headline: {
      reason: 'match',
      tier: 'live',
      experience: 'spring-headline',
      variant: 'spring',
      operations: [{ op: 'text', value: 'Spring is here' }],
      vary: ['campaign'],
      events: ['Order Completed'],
    },
  })
})

test('a returning visitor is decided from what the last batch said', async () => {
  const { decide, batch, service } = await startService()
  const token = (await decide()).body.token as string
  await batch(token, [EVENTS.identify, EVENTS.order, EVENTS.page])
  await service.caughtUp()
  const { body } = await decide({ token })
  expect(body.token).toBeUndefined()
  expect(body.slots['headline']).toMatchObject({ reason: 'match', tier: 'live', experience: 'thanks' })
  expect(body.slots['masthead']).toEqual({ reason: 'no-match', tier: 'live', selector: 'header.masthead' })
})

test('a verified visitor without a profile yet is live too', async () => {
  const { decide } = await startService()
  const token = (await decide()).body.token as string
  const { body } = await decide({ token })
  expect(body.token).toBeUndefined()
  expect(body.slots['masthead']).toMatchObject({ tier: 'live', experience: 'welcome' })
})

test.each(['pending', 'denied'])('with consent %s nobody is issued or read', async (consent) => {
  const { decide } = await startService()
  const token = (await decide()).body.token as string
  const { headers, body } = await decide(
    { consent, token, page: { ...PAGE, campaign: 'spring' } },
    { origin: ORIGIN, 'sec-fetch-site': 'same-origin' },
  )
  expect(body).toMatchObject({ consent, ttlMs: 86_400_000 })
  expect(body.token).toBeUndefined()
  expect(headers.get('set-cookie') ?? '').not.toContain(token)
  expect(body.slots['headline']).toMatchObject({ reason: 'match', tier: 'contextual', experience: 'spring-headline' })
  expect(body.slots['masthead']).toMatchObject({ reason: 'no-match', tier: 'contextual' })
})

test('device and language come from the headers, and an experience that splits needs an id', async () => {
  const { decide } = await startService()
  const phone = { 'user-agent': 'Mozilla/5.0 (Linux; Android 14) Mobile', 'accept-language': 'de-CH,de;q=0.9' }
  const anonymous = await decide({ consent: 'pending' }, phone)
  expect(anonymous.body.slots['masthead']).toMatchObject({ reason: 'no-id', tier: 'contextual' })
  const known = await decide({}, phone)
  expect(known.body.slots['masthead']).toMatchObject({ experience: 'split', variant: expect.stringMatching(/^[ab]$/) })
})

test.each([
  ['spring', true],
  ['sprin%67', true],
  ['spring+sale', false],
  ['%E0%A4%A', false],
])('campaign %s is decoded before it is compared', async (campaign, isSpring) => {
  const { decide } = await startService()
  const { status, body } = await decide({ page: { ...PAGE, campaign } })
  expect(status).toBe(200)
  expect(body.slots['headline']?.reason === 'match').toBe(isSpring)
})

test('a token of another site, a forged or garbled one is a visitor without a token', async () => {
  const { decide } = await startService()
  const token = (await decide()).body.token as string
  const flipped = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')
  const foreign = await startService()
  for (const bad of [flipped, 'x', '', '...', 'a'.repeat(4_000), (await foreign.decide()).body.token]) {
    const { status, body } = await decide({ token: bad })
    expect(status).toBe(200)
    expect(body.token).toMatch(TOKEN)
    expect(body.token).not.toBe(bad)
    expect(body.slots['masthead']).toMatchObject({ tier: 'live', experience: 'welcome' })
  }
})

test('a store that never answers costs the budget and not the answer', async () => {
  const { decide } = await startService({ budgetMs: 20 }, { store: deadStore() })
  const token = (await decide()).body.token as string
  const { status, body } = await decide({ token, page: { ...PAGE, campaign: 'spring' } })
  expect(status).toBe(200)
  expect(body.slots['headline']).toMatchObject({ reason: 'match', tier: 'contextual', experience: 'spring-headline' })
  // Nothing is known of the visitor, so that an experience for newcomers is not for this one.
  expect(body.slots['masthead']).toMatchObject({ reason: 'no-match', tier: 'contextual' })
  expect(body.ttlMs).toBe(60_000)
})

test('while the store does not answer, nobody counts as one who has never bought', async () => {
  const catalog = `site: agency
origins: ['${ORIGIN}']
slots: { hero: {} }
audiences: { buyers: { events.Order Completed: { $gte: 1 } }, never: { $not: { $audience: buyers } } }
experiences:
  - { id: first, slot: hero, audience: never, variants: [{ id: first, do: [{ text: 10 % off your first order }] }] }
`
  const { decide } = await startService({ catalog, budgetMs: 20 }, { store: deadStore() })
  const first = await decide()
  expect(first.body.slots['hero']).toMatchObject({ tier: 'live', experience: 'first' })
  const { body } = await decide({ token: first.body.token as string })
  expect(body.slots['hero']).toEqual({ reason: 'no-match', tier: 'contextual', events: ['Order Completed'] })
})

test('a store that fails is logged and the answer is contextual', async () => {
  const store = { ...deadStore(), readFacts: () => Promise.reject(new Error('disk gone')) }
  const { decide, logged } = await startService({}, { store })
  const token = (await decide()).body.token as string
  const { status, body } = await decide({ token })
  expect(status).toBe(200)
  expect(body.slots['headline']).toMatchObject({ tier: 'contextual' })
  const line = await logged(({ msg }) => msg === 'a profile could not be read')
  expect(line).toMatchObject({ err: { message: 'disk gone' } })
})

test('on its own origin a fresh token is also a cookie that the page can read', async () => {
  const { decide } = await startService()
  const secure = await decide({}, { origin: ORIGIN, 'sec-fetch-site': 'same-origin' })
  expect(secure.headers.get('set-cookie')).toBe(
    `__Host-pp_id=${secure.body.token}; Path=/; SameSite=Lax; Max-Age=33696000; Secure`,
  )
  const plain = await decide({}, { origin: 'http://plain.example', 'sec-fetch-site': 'same-origin' })
  expect(plain.headers.get('set-cookie')).toBe(`pp_id=${plain.body.token}; Path=/; SameSite=Lax; Max-Age=33696000`)
  const crossSite = await decide({}, { origin: ORIGIN, 'sec-fetch-site': 'cross-site' })
  expect(crossSite.headers.get('set-cookie')).toBeNull()
  const known = await decide({ token: secure.body.token }, { origin: ORIGIN, 'sec-fetch-site': 'same-origin' })
  expect(known.headers.get('set-cookie')).toBeNull()
})

test('whoever has said no loses a cookie that an answer under way may have set since', async () => {
  const { decide } = await startService()
  const { headers } = await decide(
    { consent: 'denied' },
    { origin: 'http://plain.example', 'sec-fetch-site': 'same-origin' },
  )
  expect(headers.getSetCookie()).toEqual(['pp_id=; Path=/; SameSite=Lax; Max-Age=0'])
  const pending = await decide(
    { consent: 'pending' },
    { origin: 'http://plain.example', 'sec-fetch-site': 'same-origin' },
  )
  expect(pending.headers.get('set-cookie')).toBeNull()
})

test('the catalog names the cookie and the life of an answer', async () => {
  const catalog = 'site: agency\norigins: [http://plain.example]\nprefix: brand\ncacheMinutes: 2\nslots: { hero: {} }\n'
  const { decide } = await startService({ catalog })
  const { headers, body } = await decide({}, { 'sec-fetch-site': 'same-origin' })
  expect(headers.get('set-cookie')).toMatch(/^brand_id=/)
  expect(body.ttlMs).toBe(120_000)
  expect(body.slots).toEqual({ hero: { reason: 'no-match', tier: 'live' } })
})

test('a slot whose schedule changes before the answer is old says so', async () => {
  const nowMs = Date.parse('2026-06-01T00:00:00Z')
  const experience = (id: string, until: string): string =>
    `  - { id: ${id}, slot: ${id}, until: ${until}, variants: [{ id: v, do: [{ text: x }] }] }\n`
  const catalog =
    'site: agency\norigins: [http://plain.example]\ncacheMinutes: 10\n' +
    'slots: { soon: {}, later: {} }\nexperiences:\n' +
    experience('soon', '2026-06-01T00:09:59.999Z') +
    experience('later', '2026-06-01T00:10:00Z')
  const { decide } = await startService({ catalog }, { now: () => nowMs })
  const { body } = await decide()
  expect(body.slots['soon']?.ttlMs).toBe(599_999)
  expect(body.slots['later']?.ttlMs).toBeUndefined()
})
