import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import { fastify } from 'fastify'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createCertificate } from '../../../lab/network/certificate.ts'
import { encodeBundle } from '../../src/forwarding/bundle.ts'
import { createForward, MAX_FORWARDED_BYTES } from '../../src/forwarding/forward.ts'
import { readForwarded } from '../../src/forwarding/forwarded.ts'
import { answerError } from '../../src/http/app/answer-error.ts'
import { addRoute, type RouteHandler } from '../../src/http/app/route.ts'
import { logRoute } from '../../src/http/routes/log.ts'
import type { RouteCore } from '../../src/http/routes/route.ts'
import { createKeys, peerKey } from '../../src/identity/key.ts'
import { signLink } from '../../src/identity/link.ts'
import { encodeRecord, type EventRecord } from '../../src/ingest/record.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import { LogError } from '../../src/streams/log.ts'
import { deadStore } from '../support/dead-store.ts'
import { readRecords } from '../support/read-events.ts'
import { EVENTS, type RunningService, SENT_AT, startService, temporaryDirectory } from '../support/start-service.ts'

const secret = 's'.repeat(32)
const NOW_MS = Date.parse(SENT_AT)

/** A setting that a follower has to have; its store is given by the test. */
const store = 'cql://127.0.0.1/none?dc=none'

async function startOwner(
  settings: Parameters<typeof startService>[0] = {},
): Promise<RunningService & { adminUrl: string }> {
  const owner = await startService({ secret, ...settings })
  return { ...owner, adminUrl: owner.service.adminAddress?.url as string }
}

/** A follower that reads what the owner has folded. */
function startFollower(
  ownerUrl: string,
  owner?: RunningService,
  settings: Parameters<typeof startService>[0] = {},
): Promise<RunningService> {
  const profiles = owner ? openLmdbStore(join(owner.dataDirectory, 'profiles'), { isReadOnly: true }) : deadStore()
  return startService({ secret, store, forwardEvents: ownerUrl, ...settings }, { store: profiles })
}

test('what happens at a follower is folded by the owner of the log, and decided at both', async () => {
  const owner = await startOwner()
  const follower = await startFollower(owner.adminUrl, owner)
  const token = (await follower.decide()).body.token as string
  expect((await follower.batch(token, [EVENTS.identify, EVENTS.order, { type: 'none' }])).body.results).toEqual([
    'accepted',
    'accepted',
    'invalid',
  ])
  await owner.service.caughtUp()
  for (const { decide } of [follower, owner]) {
    expect((await decide({ token })).body.slots['headline']).toMatchObject({ tier: 'live', experience: 'thanks' })
  }
  expect(existsSync(follower.dataDirectory)).toBe(false)
})

test('a feature that the owner declares is in the decisions of a follower', async () => {
  const catalog = `site: agency
origins: [https://www.brand.example]
slots: { headline: {} }
audiences: { buyers: { $did: { event: Order Completed, within: 7d } } }
experiences: [{ id: thanks, slot: headline, audience: buyers, variants: [{ id: a, do: [{ text: Thanks }] }] }]
`
  const owner = await startOwner({ catalog })
  const follower = await startFollower(owner.adminUrl, owner, { catalog })
  const token = (await follower.decide()).body.token as string
  const decided = async () => (await follower.decide({ token })).body.slots['headline']?.reason
  await follower.batch(token, [EVENTS.order])
  await owner.service.caughtUp()
  await vi.waitFor(async () => expect(await decided()).toBe('match'), { timeout: 5_000 })
})

test('a link that is opened at a follower is remembered by the owner', async () => {
  const log = await openSegments({ directory: join(await temporaryDirectory(), 'log') })
  const owner = await startService({ secret }, { log })
  const follower = await startFollower(owner.service.adminAddress?.url as string)
  const link = signLink({
    serverKey: createKeys(secret).issue({ site: 'agency', access: 'server' }),
    userId: 'ann',
    days: 1,
  })
  await follower.decide({ link })
  await vi.waitFor(async () => {
    const links = (await readRecords(log)).filter(({ kind }) => kind === 'link')
    expect(links).toMatchObject([{ event: { type: 'identify', userId: 'ann' } }])
  })
})

test('while the owner is away decisions go on and events wait; what is sent again is counted once', async () => {
  const directory = await temporaryDirectory()
  const first = await startOwner({ dataDirectory: directory })
  const adminPort = Number(new URL(first.adminUrl).port)
  const follower = await startFollower(first.adminUrl)
  const token = (await follower.decide()).body.token as string
  await follower.batch(token, [EVENTS.order])
  await first.service.close()
  const refused = await follower.batch(token, [EVENTS.order, EVENTS.page])
  expect([refused.status, refused.headers.get('retry-after'), refused.body]).toMatchObject([
    503,
    '5',
    { error: { code: 'log_unavailable' } },
  ])
  expect((await follower.decide()).body.slots['masthead']).toMatchObject({ tier: 'live', experience: 'welcome' })
  const again = await startOwner({ dataDirectory: directory, adminPort })
  expect((await follower.batch(token, [EVENTS.order, EVENTS.page])).status).toBe(200)
  await again.service.caughtUp()
  const profiles = openLmdbStore(join(again.dataDirectory, 'profiles'), { isReadOnly: true })
  onTestFinished(() => profiles.close())
  expect(await profiles.readFacts('agency', token.split('.')[0] as string)).toMatchObject({
    events: { 'Order Completed': 1 },
    pageViews: 1,
  })
})

test('an owner that cannot keep up refuses before it reads', async () => {
  const app = fastify()
  app.setErrorHandler(answerError)
  const sink = { append: () => Promise.reject(new Error('asked')) }
  const airings = { serve: () => Promise.resolve(), close: () => undefined }
  const intake = { key: peerKey(secret), sink, isBehind: () => true, airings }
  const handler = logRoute.create({ intake, now: () => NOW_MS } as Partial<RouteCore> as RouteCore)
  addRoute(app, { ...logRoute, pattern: logRoute.path }, handler as RouteHandler)
  onTestFinished(() => app.close())
  const headers = { authorization: `Bearer ${peerKey(secret)}`, 'content-type': 'application/octet-stream' }
  const answer = await app.inject({ method: 'POST', url: '/v1/log', headers, payload: sound })
  expect([answer.statusCode, answer.headers['retry-after'], answer.json()]).toMatchObject([
    429,
    '5',
    { error: { code: 'overloaded' } },
  ])
})

test("where no log is owned, such as at the public's address, nothing is taken", async () => {
  const owner = await startOwner()
  const follower = await startFollower(owner.url)
  const token = (await follower.decide()).body.token as string
  expect((await follower.batch(token, [EVENTS.page])).body).toMatchObject({ error: { code: 'log_unavailable' } })
  const line = await follower.logged(({ msg }) => /events cannot be stored/.test(String(msg)))
  expect(JSON.stringify(line)).toContain('/v1/log answers 404')
})

test('a follower forgets its copy of what it has forwarded', async () => {
  const owner = await startOwner()
  const lmdb = openLmdbStore(join(owner.dataDirectory, 'profiles'), { isReadOnly: true })
  const distant = { ...lmdb, readFacts: async (site: string, id: string) => lmdb.readFacts(site, id) }
  const follower = await startService(
    { secret, store, forwardEvents: owner.adminUrl, budgetMs: 2_000 },
    { store: distant },
  )
  const token = (await follower.decide()).body.token as string
  const tier = async (): Promise<unknown> => (await follower.decide({ token })).body.slots['masthead']?.tier
  expect([await tier(), await tier()]).toEqual(['live', 'cached'])
  await follower.batch(token, [EVENTS.page])
  expect(await tier()).toBe('live')
})

function recordOf(changes: object = {}): EventRecord {
  const event = { type: 'page' as const, messageId: 'm', timestamp: SENT_AT }
  return {
    kind: 'event',
    site: 'agency',
    visitorId: 'v',
    receivedMs: NOW_MS + 3_600_000,
    atMs: NOW_MS + 3_590_000,
    event,
    ...changes,
  }
}

function framesOf(...records: object[]): Buffer {
  return encodeBundle(records.map((record) => encodeRecord(record as EventRecord)))
}

test("the owner's clock is the log's: an event keeps its age, not the time of another clock", () => {
  expect(
    readForwarded(framesOf(recordOf(), { kind: 'erasure', site: 's', visitorId: 'v', receivedMs: 1 }), NOW_MS),
  ).toEqual([
    recordOf({ receivedMs: NOW_MS, atMs: NOW_MS - 10_000 }),
    { kind: 'erasure', site: 's', visitorId: 'v', receivedMs: NOW_MS },
  ])
})

test('nothing is kept of a record but what is known', () => {
  const [record] =
    readForwarded(framesOf(recordOf({ more: 1, event: { ...recordOf().event, other: 2 } })), NOW_MS) ?? []
  expect(record).toEqual(recordOf({ receivedMs: NOW_MS, atMs: NOW_MS - 10_000 }))
})

const one = encodeRecord(recordOf())
const sound = framesOf(recordOf())
const tampered = Buffer.from(sound)
tampered[tampered.length - 1] = (tampered.at(-1) as number) ^ 1

test.each([
  ['nothing', Buffer.alloc(0)],
  ['half a frame', sound.subarray(0, -1)],
  ['a byte that was changed', tampered],
  ['a frame and more', Buffer.concat([sound, Buffer.from([0])])],
  ['no JSON', encodeBundle([{ ...one, payload: Buffer.from('{') }])],
  ['no record', encodeBundle([{ ...one, payload: Buffer.from('1') }])],
  ['a kind that nobody knows', encodeBundle([{ ...one, kind: 9 }])],
  ['no site', framesOf(recordOf({ site: '' }))],
  ['a site of 65 letters', framesOf(recordOf({ site: 'x'.repeat(65) }))],
  ['no visitor', framesOf(recordOf({ visitorId: '' }))],
  ['an event that is none', framesOf(recordOf({ event: { type: 'page' } }))],
  ['an event after its arrival', framesOf(recordOf({ atMs: NOW_MS + 3_600_001 }))],
  ['a time that is none', framesOf(recordOf({ atMs: 'now' }))],
  ['features, which the owner alone declares', framesOf({ kind: 'features', site: 's', receivedMs: 1, features: [] })],
  ['one that is sound and one that is not', framesOf(recordOf(), recordOf({ site: '' }))],
])('%s is refused whole', (_name, body) => {
  expect(readForwarded(body, NOW_MS)).toBeUndefined()
})

async function send(url: string, body: Buffer, headers: { [name: string]: string }): Promise<[number, unknown]> {
  const response = await fetch(`${url}/v1/log`, { method: 'POST', body: new Uint8Array(body), headers })
  return [response.status, await response.json()]
}

test('only who has the secret hands in events, and only whole and bounded bodies are taken', async () => {
  const log = await openSegments({ directory: join(await temporaryDirectory(), 'log') })
  const { service } = await startService({ secret }, { log })
  const url = service.adminAddress?.url as string
  const type = { 'content-type': 'application/octet-stream' }
  const known = { ...type, authorization: `Bearer ${peerKey(secret)}` }
  for (const authorization of [
    '',
    'Bearer ',
    `Bearer ${peerKey('x'.repeat(32))}`,
    `Bearer ${createKeys(secret).issue({ site: 'agency', access: 'server' })}`,
  ]) {
    expect(await send(url, sound, { ...type, authorization })).toMatchObject([401, { error: { code: 'key_invalid' } }])
  }
  expect(await send(url, tampered, known)).toMatchObject([400, { error: { code: 'body_invalid' } }])
  expect(await send(url, Buffer.from('{}'), { ...known, 'content-type': 'application/json' })).toMatchObject([
    400,
    { error: { code: 'body_invalid' } },
  ])
  expect(await send(url, Buffer.alloc(MAX_FORWARDED_BYTES + 1), known)).toMatchObject([
    413,
    { error: { code: 'body_too_large' } },
  ])
  expect(await readRecords(log)).toEqual([])
  expect(await send(url, sound, known)).toEqual([200, { accepted: 1 }])
  expect(await readRecords(log)).toHaveLength(1)
})

test("the key of services is none that the public's routes take", () => {
  expect(createKeys(secret).verify(peerKey(secret))).toBeUndefined()
})

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

test('an owner that accepts and never answers costs so long and no longer', async () => {
  const port = await portOf(createServer(() => undefined))
  const forward = createForward({ ownerUrl: `http://127.0.0.1:${port}`, key: 'key', timeoutMs: 50 })
  onTestFinished(() => forward.close())
  await expect(forward.append([one])).rejects.toThrow(LogError)
})

test('an owner whose certificate nobody vouches for gets no event', async () => {
  const { key, cert } = await createCertificate()
  let asked = 0
  const port = await portOf(createTlsServer({ key, cert }, (_request, response) => void response.end(`${++asked}`)))
  const forward = createForward({ ownerUrl: `https://127.0.0.1:${port}`, key: 'key' })
  onTestFinished(() => forward.close())
  const refusal = await forward.append([one]).catch((error: unknown) => error)
  expect([refusal, (refusal as Error).cause, asked]).toMatchObject([
    { name: 'LogError' },
    { message: expect.stringContaining('certificate') as string },
    0,
  ])
})

test('beyond 32 MiB under way nothing more is taken, and then it is again', async () => {
  const port = await portOf(createServer(() => undefined))
  const forward = createForward({ ownerUrl: `http://127.0.0.1:${port}`, key: 'key', timeoutMs: 200 })
  onTestFinished(() => forward.close())
  const large = { ...one, payload: Buffer.alloc(1_048_576, 1) }
  const waiting = Array.from({ length: 31 }, () => forward.append([large]).catch((error: unknown) => error))
  await expect(forward.append([large])).rejects.toThrow('takes events too slowly')
  await Promise.all(waiting)
  await expect(forward.append([large])).rejects.toThrow('cannot be handed to')
})
