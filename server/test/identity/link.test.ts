import type { ErrorBody } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { signLink } from '../../src/identity/link.ts'
import { userProfileId } from '../../src/identity/profile-id.ts'
import { fold } from '../../src/profiles/fold.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../src/stores/store.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import { appendedTo, readEvents, readRecords } from '../support/read-events.ts'
import { EVENTS, ORIGIN, PAGE, SENT_AT, startService, temporaryDirectory } from '../support/start-service.ts'

const secret = 's'.repeat(32)
const keys = createKeys(secret)
const NOW_MS = Date.parse(SENT_AT)
const SAME_ORIGIN = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }

function linkFor(userId: string, { site = 'agency', days = 1, signedMs = NOW_MS } = {}): string {
  return signLink({ serverKey: keys.issue({ site, access: 'server' }), userId, days, now: () => signedMs })
}

/** A service that knows a customer, `ann`, who has the plan and has ordered once: she is among `buyers`. */
async function startWithCustomer(now: () => number = () => NOW_MS) {
  const directory = await temporaryDirectory()
  const lmdb = openLmdbStore(`${directory}/profiles`)
  const reads: string[] = []
  const store: ProfileStore = {
    ...lmdb,
    readFacts(site, visitorId) {
      reads.push(visitorId)
      return lmdb.readFacts(site, visitorId)
    },
  }
  const ann = [EVENTS.identify, EVENTS.order].reduce<ReturnType<typeof fold> | undefined>(
    (profile, event) => fold(profile, { event: event as never, atMs: NOW_MS }),
    undefined,
  )
  await store.commit(
    [
      {
        site: 'agency',
        visitorId: userProfileId('ann'),
        profile: ann,
        position: { epoch: 0, offset: 0, writtenUs: 0 },
      },
    ],
    {
      epoch: 0,
      offset: 0,
    },
  )
  const log = await openSegments({ directory: `${directory}/log` })
  const running = await startService({ secret }, { store, log, now })
  reads.length = 0
  return { ...running, reads, log, store }
}

const thanks = { reason: 'match', tier: 'live', experience: 'thanks' }

test('who opens a link sees what the user should see, at once and in the next view without the link', async () => {
  const { decide, service, reads, log } = await startWithCustomer()
  const first = await appendedTo(log, () => decide({ link: linkFor('ann') }))
  expect(first.body.slots['headline']).toMatchObject(thanks)
  expect(reads.splice(0)).toEqual([userProfileId('ann')])
  await service.caughtUp()
  reads.length = 0
  const token = first.body.token as string
  const next = await decide({ token })
  expect(next.body.slots['headline']).toMatchObject(thanks)
  expect(reads).toEqual([token.split('.')[0], userProfileId('ann')])
  expect(JSON.stringify([first.body, next.body])).not.toMatch(/ann|plan|person/)
})

test('who opens a link is somebody new with all that was known, and a planted token is worth nothing', async () => {
  const { decide, batch, service, log } = await startWithCustomer()
  const planted = (await decide()).body.token as string
  await batch(planted, [{ ...EVENTS.page, messageId: 'p' }])
  await service.caughtUp()
  const linked = await appendedTo(log, () => decide({ token: planted, link: linkFor('ann') }, SAME_ORIGIN))
  const token = linked.body.token as string
  expect(token.split('.')[0]).not.toBe(planted.split('.')[0])
  expect(linked.headers.getSetCookie()).toEqual([expect.stringContaining(`pp_id=${token};`)])
  expect(linked.body.slots['headline']).toMatchObject(thanks)
  // One page view of the visitor: a newcomer no more, though the user has none.
  expect(linked.body.slots['masthead']).toMatchObject({ reason: 'no-match' })
  const [, remembered] = await readRecords(log)
  expect(remembered).toMatchObject({
    ...{ kind: 'link', visitorId: token.split('.')[0], event: { userId: 'ann' } },
    ...{ untilMs: NOW_MS + 86_400_000, signedMs: NOW_MS, facts: { pageViews: 1 } },
  })
  // At once, and after it is folded.
  for (let round = 0; round < 2; round++) {
    const next = (await decide({ token })).body.slots
    expect([next['headline'], next['masthead']?.reason]).toMatchObject([thanks, 'no-match'])
    expect((await decide({ token: planted })).body.slots['headline']?.reason).toBe('no-match')
    await service.caughtUp()
  }
})

test('a link that was opened is remembered once, its later end counts, and the link of another user is a new visitor', async () => {
  const { decide, service, log } = await startWithCustomer()
  const token = (await appendedTo(log, () => decide({ link: linkFor('ann', { days: 2 }) }))).body.token as string
  // Before it is folded, too.
  expect((await decide({ token, link: linkFor('ann', { days: 2 }) })).body.token).toBeUndefined()
  await service.caughtUp()
  for (const days of [2, 1])
    expect((await decide({ token, link: linkFor('ann', { days }) })).body.token).toBeUndefined()
  expect((await appendedTo(log, () => decide({ token, link: linkFor('ann', { days: 3 }) }))).body.token).toBeUndefined()
  await service.caughtUp()
  const other = (await appendedTo(log, () => decide({ token, link: linkFor('bob') }))).body.token as string
  await service.caughtUp()
  const days = (await readRecords(log)).map(
    (record) => record.kind === 'link' && [record.event.userId, ((record.untilMs ?? 0) - NOW_MS) / 86_400_000],
  )
  expect(days).toEqual([
    ['ann', 2],
    ['ann', 3],
    ['bob', 1],
  ])
  expect((await decide({ token: other })).body.slots['headline']).toMatchObject({ reason: 'no-match', tier: 'live' })
})

test('a link ends when it said, and no answer outlives it', async () => {
  let nowMs = NOW_MS
  const { decide, service, log } = await startWithCustomer(() => nowMs)
  const token = (await appendedTo(log, () => decide({ link: linkFor('ann', { days: 30 }) }))).body.token as string
  await service.caughtUp()
  nowMs = NOW_MS + 30 * 86_400_000 - 1
  const last = (await decide({ token })).body
  expect([last.slots['headline'], last.ttlMs]).toMatchObject([thanks, 1])
  nowMs += 1
  expect((await decide({ token })).body.slots['headline']).toMatchObject({ reason: 'no-match', tier: 'live' })
})

test('a visitor ends the link: the very answer is without it, and all that follow', async () => {
  const { decide, batch, service, log } = await startWithCustomer()
  const open = async () => (await appendedTo(log, () => decide({ link: linkFor('ann') }))).body.token as string
  const reasonOf = async (question: object) => (await decide(question)).body.slots['headline']?.reason
  for (const isFolded of [true, false]) {
    const token = await open()
    if (isFolded) await service.caughtUp()
    expect(await reasonOf({ token, unlink: true, link: linkFor('ann') })).toBe('no-match')
    for (let round = 0; round < 2; round++) {
      expect(await reasonOf({ token })).toBe('no-match')
      await service.caughtUp()
    }
  }
  const token = await open()
  await batch(token, [{ type: 'track', event: 'pp:unlinked', messageId: 'u', timestamp: SENT_AT }])
  await service.caughtUp()
  expect(await reasonOf({ token })).toBe('no-match')
  expect(await reasonOf({ token: await open() })).toBe('match')
})

test('erasing the user ends all links made before, in mails too, and what is linked since holds', async () => {
  let nowMs = NOW_MS
  const { decide, post, service, log } = await startWithCustomer(() => nowMs)
  const serverKey = { authorization: `Bearer ${keys.issue({ site: 'agency', access: 'server' })}` }
  const order = {
    batch: [
      { ...EVENTS.identify, userId: 'ann' },
      { ...EVENTS.order, userId: 'ann' },
    ],
  }
  const mailed = linkFor('ann')
  const token = (await appendedTo(log, () => decide({ link: mailed }))).body.token as string
  await service.caughtUp()
  expect((await decide({ token })).body.slots['headline']).toMatchObject(thanks)
  // The clock goes back by an hour: the log's order tells all the same.
  nowMs -= 3_600_000
  await post('/v1/erase', { userId: 'ann' }, serverKey)
  await service.caughtUp()
  await post('/v1/batch', order, serverKey)
  await service.caughtUp()
  expect((await decide({ userId: 'ann' }, serverKey)).body.slots['headline']).toMatchObject(thanks)
  expect((await decide({ token })).body.slots['headline']).toMatchObject({ reason: 'no-match', tier: 'live' })
  nowMs += 7_200_000
  await post('/v1/erase', { userId: 'ann' }, serverKey)
  await post(
    '/v1/batch',
    { batch: order.batch.map((event) => ({ ...event, messageId: `again ${event.messageId}` })) },
    serverKey,
  )
  await service.caughtUp()
  expect((await decide({ link: mailed })).body.slots['headline']?.reason).toBe('no-match')
  const again = (await appendedTo(log, () => decide({ link: linkFor('ann', { signedMs: nowMs }) }))).body
    .token as string
  await service.caughtUp()
  expect((await decide({ token: again })).body.slots['headline']).toMatchObject(thanks)
})

test('a link that is forged, expired, of another site or oversized takes exactly the path of none', async () => {
  const { decide, reads, log } = await startWithCustomer()
  const token = (await decide()).body.token as string
  const none = await decide({ token })
  const good = linkFor('ann')
  const bad = [
    `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`,
    linkFor('ann', { signedMs: NOW_MS - 86_400_000 }),
    linkFor('ann', { site: 'other' }),
    good.repeat(100),
    '',
    '.',
    token,
  ]
  for (const link of bad) {
    reads.length = 0
    const answer = await decide({ token, link })
    expect([link, answer.status, answer.body]).toEqual([link, 200, none.body])
    expect(reads).toEqual([token.split('.')[0]])
  }
  expect(await readEvents(log)).toEqual([])
})

test('under Global Privacy Control or without consent nobody is linked, also not who was before', async () => {
  const { decide, service, reads, log } = await startWithCustomer()
  const link = linkFor('ann')
  for (const gpc of ['1', '0, 1']) {
    const answer = await decide({ link }, { 'sec-gpc': gpc })
    expect([answer.status, answer.body.slots['headline']?.reason]).toEqual([200, 'no-match'])
  }
  for (const consent of ['pending', 'denied']) {
    expect((await decide({ link, consent })).body.slots['headline']?.reason).toBe('no-match')
  }
  expect([reads, await readEvents(log)]).toEqual([[], []])
  const token = (await appendedTo(log, () => decide({ link }, { 'sec-gpc': 'true' }))).body.token as string
  await service.caughtUp()
  expect((await decide({ token })).body.slots['headline']).toMatchObject(thanks)
  reads.length = 0
  expect((await decide({ token }, { 'sec-gpc': '1' })).body.slots['headline']?.reason).toBe('no-match')
  expect(reads).toEqual([token.split('.')[0]])
})

test('what a browser says of itself links nobody', async () => {
  const { decide, batch, service } = await startWithCustomer()
  const token = (await decide()).body.token as string
  const alias = { type: 'alias', messageId: 'x', timestamp: SENT_AT, previousId: 'x', userId: 'ann' }
  await batch(token, [{ ...EVENTS.identify, userId: 'ann', traits: {}, isLinked: true, linkedUserId: 'ann' }, alias])
  await service.caughtUp()
  expect((await decide({ token })).body.slots['headline']).toMatchObject({ reason: 'no-match', tier: 'live' })
})

test('both reads of a linked visitor share one budget, and half a person is nobody', async () => {
  const { store, log, service, decide: ask } = await startWithCustomer()
  const token = (await appendedTo(log, () => ask({ link: linkFor('ann') }))).body.token as string
  await service.caughtUp()
  const slow: ProfileStore = {
    ...store,
    readFacts: (site, id) => (id.startsWith('user:') ? new Promise(() => undefined) : store.readFacts(site, id)),
    commit: () => new Promise(() => undefined),
    close: async () => undefined,
  }
  const { decide } = await startService({ secret, budgetMs: 30 }, { store: slow, now: () => NOW_MS })
  const { body } = await decide({ token, page: { ...PAGE, campaign: 'spring' } })
  expect(body.slots['headline']).toMatchObject({ tier: 'contextual', experience: 'spring-headline' })
  expect(body.ttlMs).toBe(60_000)
})

test('a log that is full remembers no link, and this view is linked all the same', async () => {
  const openFile = () => Promise.reject(new Error('ENOSPC'))
  const log = await openSegments({ directory: await temporaryDirectory(), openFile })
  const { decide, logged } = await startService({ secret }, { log, now: () => NOW_MS })
  expect((await decide({ link: linkFor('ann') })).status).toBe(200)
  expect(await logged(({ msg }) => msg === 'a link could not be remembered')).toMatchObject({
    err: { type: 'LogError' },
  })
})

test("a server asks for a user by id, with the site's server key alone", async () => {
  const { decide, post, reads } = await startWithCustomer()
  const serverKey = keys.issue({ site: 'agency', access: 'server' })
  const ask = (authorization: string, question: object = {}) =>
    decide({ userId: 'ann', ...question }, { authorization })
  const { status, headers, body } = await ask(`Bearer ${serverKey}`)
  expect([status, headers.get('set-cookie'), body.token]).toEqual([200, null, undefined])
  expect(body.slots['headline']).toMatchObject(thanks)
  expect(reads).toEqual([userProfileId('ann')])
  expect((await ask(`Basic ${btoa(`${serverKey}:`)}`)).status).toBe(200)
  const phone = { 'user-agent': 'iPhone', 'accept-language': 'de-CH' }
  const dealt = await decide({ userId: 'nobody' }, { authorization: `bearer ${serverKey}`, ...phone })
  expect(dealt.body.slots['masthead']).toMatchObject({ experience: 'split', tier: 'live' })

  const events = keys.issue({ site: 'agency', access: 'events' })
  const others = keys.issue({ site: 'other', access: 'server' })
  for (const authorization of [
    '',
    'Bearer',
    'Bearer x',
    `Bearer ${events}`,
    `Bearer ${others}`,
    `Token ${serverKey}`,
    'Basic ???',
  ]) {
    const answer = await post<ErrorBody>(
      '/v1/decide',
      {
        v: 1,
        site: 'agency',
        consent: 'granted',
        page: PAGE,
        userId: 'ann',
      },
      authorization === '' ? {} : { authorization },
    )
    expect([authorization, answer.status, answer.body.error?.code]).toEqual([authorization, 401, 'key_invalid'])
  }
  const nobody = await post(
    '/v1/decide',
    { v: 1, site: 'agency', consent: 'granted', page: PAGE },
    {
      authorization: `Bearer ${serverKey}`,
    },
  )
  expect([nobody.status, nobody.body.error.message]).toEqual([400, '/: lacks userId, for whom a server asks'])
  expect((await ask(`Bearer ${serverKey}`, { consent: 'denied' })).body.slots['headline']?.tier).toBe('contextual')
})
