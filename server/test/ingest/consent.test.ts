import { request } from 'node:http'
import type { BatchResponse, ErrorBody } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { allowsKeeping } from '../../src/ingest/consent.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import { readEvents } from '../support/read-events.ts'
import { CATALOG, EVENTS, PAGE, SENT_AT, startService, temporaryDirectory } from '../support/start-service.ts'

const secret = 's'.repeat(32)
const writeKey = createKeys(secret).issue({ site: 'agency', access: 'events' })
const basic = { authorization: `Basic ${btoa(`${writeKey}:`)}` }

async function start(catalog = CATALOG) {
  const log = await openSegments({ directory: await temporaryDirectory() })
  const running = await startService({ secret, catalog }, { log })
  return { ...running, records: () => readEvents(log) }
}

const prefer = (categoryPreferences: unknown) => ({ consent: { categoryPreferences } })
const manage = (consentManagement: unknown) => ({ consentManagement })

test.each([
  [undefined, true],
  [null, true],
  [{}, true],
  [[], true],
  [{ consent: undefined }, true],
  [prefer({ C0001: true }), true],
  [prefer({ C0001: true, C0002: true }), true],
  [prefer({ C0001: true, C0002: false }), false],
  [prefer({ C0001: 'true' }), false],
  [prefer({ C0001: 1 }), false],
  [prefer({ C0001: null }), false],
  [prefer({ C0001: 'granted' }), false],
  [prefer({}), false],
  [prefer([]), false],
  [prefer(['C0001']), false],
  [prefer(true), false],
  [prefer(null), false],
  [{ consent: {} }, false],
  [{ consent: null }, false],
  [{ consent: [] }, false],
  [{ consent: 'granted' }, false],
  [{ consent: true }, false],
  [{ consent: 'denied' }, false],
  [manage({}), true],
  [manage({ deniedConsentIds: [] }), true],
  [manage({ allowedConsentIds: ['a'], deniedConsentIds: [] }), true],
  [manage({ deniedConsentIds: ['a'] }), false],
  [manage({ deniedConsentIds: 'a' }), false],
  [manage(null), false],
  [manage([]), false],
  [{ ...prefer({ C0001: true }), ...manage({ deniedConsentIds: ['a'] }) }, false],
])('%j in a context allows its message to be kept: %s', (context, isAllowed) => {
  expect(allowsKeeping(context, undefined)).toBe(isAllowed)
})

test.each([
  [prefer({ analytics: true, ads: false }), true],
  [prefer({ analytics: false, ads: true }), false],
  [prefer({ ads: true }), false],
  [prefer({ Analytics: true }), false],
  [prefer({ constructor: true }), false],
  [undefined, true],
  [manage({ allowedConsentIds: ['analytics'], deniedConsentIds: ['ads'] }), true],
  [manage({ allowedConsentIds: ['ads'] }), false],
  [manage({ deniedConsentIds: ['analytics'] }), false],
  [manage({ deniedConsentIds: ['ads'] }), true],
])('where the catalog needs analytics, %j allows its message to be kept: %s', (context, isAllowed) => {
  expect(allowsKeeping(context, ['analytics'])).toBe(isAllowed)
  // A name that objects inherit is no category that was allowed.
  expect(allowsKeeping(prefer({ ads: true }), ['constructor'])).toBe(false)
})

test("a message whose consent denies it is not stored and its result says so, also when the batch's denies all", async () => {
  const { post, records } = await start()
  const message = (messageId: string, context?: object) => ({ ...EVENTS.page, messageId, userId: 'u1', context })
  const batch = [message('a'), message('b', prefer({ ads: false })), message('c', prefer({ ads: true }))]
  const { body } = await post<BatchResponse>('/v1/batch', { batch }, basic)
  expect(body).toEqual({
    v: 1,
    results: ['accepted', 'denied', 'accepted'],
    reasons: [{ index: 1, message: '/context/consent: does not allow it' }],
  })
  const whole = await post<BatchResponse>('/v1/batch', { batch, context: prefer({ ads: false }) }, basic)
  expect(whole.body.results).toEqual(['denied', 'denied', 'denied'])
  const single = await post<BatchResponse>(
    '/v1/track',
    { ...EVENTS.order, userId: 'u1', context: prefer({ ads: false }) },
    basic,
  )
  expect([single.status, single.body.results]).toEqual([200, ['denied']])
  expect((await records()).map(({ event }) => event.messageId)).toEqual(['a', 'c'])
})

test('the catalog says which categories are needed', async () => {
  const { post } = await start(`${CATALOG}consentCategories: [analytics]\n`)
  const batch = [{ analytics: true, ads: false }, { ads: true }].map((preferences) => ({
    ...EVENTS.page,
    userId: 'u1',
    context: prefer(preferences),
  }))
  expect((await post<BatchResponse>('/v1/batch', { batch }, basic)).body.results).toEqual(['accepted', 'denied'])
})

test.each([
  'not-granted',
  'Granted',
  'GRANTED',
  ' granted',
  'granted ',
  'granted\n',
  '',
  'yes',
  'true',
  true,
  1,
  null,
  ['granted'],
  { granted: true },
])('%j in the place of consent grants nothing', async (consent) => {
  const { decide, post, records } = await start()
  const token = (await decide()).body.token as string
  const answer = await decide({ consent, token })
  expect([answer.status, answer.body.token]).toEqual([400, undefined])
  const sent = await post<ErrorBody>('/v1/batch', {
    v: 1,
    site: 'agency',
    consent,
    token,
    sentAt: SENT_AT,
    batch: [EVENTS.page],
  })
  expect([sent.status, await records()]).toEqual([400, []])
})

test('a body that says twice what is allowed is refused, whichever comes last', async () => {
  const { decide, post, records } = await start()
  const token = (await decide()).body.token as string
  const question = JSON.stringify({ v: 1, site: 'agency', consent: 'granted', page: PAGE })
  const events = JSON.stringify({
    v: 1,
    site: 'agency',
    consent: 'granted',
    token,
    sentAt: SENT_AT,
    batch: [EVENTS.page],
  })
  for (const [path, body] of [
    ['/v1/decide', question],
    ['/v1/batch', events],
  ] as const) {
    for (const twice of ['"consent":"denied",', '"\\u0063onsent":"denied",']) {
      const answer = await post<ErrorBody>(path, body.replace('{', `{${twice}`))
      expect([answer.status, answer.body.error?.message]).toEqual([400, '/consent: stands twice in one object'])
    }
  }
  expect(await records()).toEqual([])
})

test.each([
  [['1'], true],
  [['0', '1'], true],
  [['1', '0'], true],
  [['0,1'], true],
  [['1, 1'], true],
  [['\t1 '], true],
  [['0'], false],
  [['true'], false],
  [['11'], false],
  [[''], false],
])('Sec-GPC given as %j is heard: %s', async (values, isHeard) => {
  const { url, decide, records } = await start()
  const token = (await decide()).body.token as string
  const body = JSON.stringify({
    v: 1,
    site: 'agency',
    consent: 'granted',
    token,
    sentAt: SENT_AT,
    batch: [EVENTS.identify],
  })
  await new Promise<void>((resolve, reject) => {
    const headers = { 'SEC-gpc': values, 'content-type': 'text/plain' }
    request(`${url}/v1/batch`, { method: 'POST', headers }, (answer) => answer.resume().on('end', () => resolve()))
      .on('error', reject)
      .end(body)
  })
  const [record] = await records()
  expect(Object.hasOwn(record?.event ?? {}, 'userId')).toBe(!isHeard)
})
