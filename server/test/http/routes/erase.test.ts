import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createKeys } from '../../../src/identity/key.ts'
import { signLink } from '../../../src/identity/link.ts'
import { anonymousProfileId } from '../../../src/identity/profile-id.ts'
import { openLmdbStore } from '../../../src/stores/lmdb/lmdb.ts'
import { openSegments } from '../../../src/streams/file-log/segments.ts'
import { runCommand } from '../../support/run-command.ts'
import {
  CATALOG,
  EVENTS,
  type Fields,
  ORIGIN,
  type RunningService,
  startService,
  temporaryDirectory,
} from '../../support/start-service.ts'

const secret = 's'.repeat(32)
const keys = createKeys(secret)
const bearer = { authorization: `Bearer ${keys.issue({ site: 'agency', access: 'server' })}` }

/** A service, and a visitor of it who has bought something. */
async function startWithBuyer(): Promise<RunningService & { token: string }> {
  const running = await startService({ secret })
  const token = (await running.decide()).body.token as string
  await running.batch(token, [EVENTS.identify, EVENTS.order])
  await running.service.caughtUp()
  return { ...running, token }
}

async function headline({ decide }: RunningService, question: object, headers: Fields = {}): Promise<unknown> {
  return (await decide(question, headers)).body.slots['headline']?.experience
}

test('a visitor is forgotten, by the token, and what comes afterwards begins anew', async () => {
  const running = await startWithBuyer()
  const { token, post, batch, service } = running
  expect(await headline(running, { token })).toBe('thanks')
  expect(await post('/v1/erase', { token }, bearer)).toMatchObject({ status: 202, body: { v: 1 } })
  await service.caughtUp()
  expect(await headline(running, { token })).toBeUndefined()
  await batch(token, [EVENTS.page])
  await service.caughtUp()
  const store = openLmdbStore(join(running.dataDirectory, 'profiles'), { isReadOnly: true })
  onTestFinished(() => store.close())
  expect(await store.readFacts('agency', token.split('.')[0] as string)).toMatchObject({
    traits: {},
    events: {},
    pageViews: 1,
  })
})

test('a user and a foreign id are forgotten, and nobody else', async () => {
  const running = await startWithBuyer()
  const { token, post, service } = running
  for (const person of [{ userId: 'ann' }, { userId: 'ben' }, { anonymousId: 'ann' }]) {
    await post(
      '/v1/batch',
      {
        batch: [
          { ...EVENTS.identify, userId: undefined, ...person },
          { ...EVENTS.order, ...person },
        ],
      },
      bearer,
    )
  }
  const link = signLink({ serverKey: keys.issue({ site: 'agency', access: 'server' }), userId: 'ann', days: 1 })
  await service.caughtUp()
  expect(await headline(running, { link })).toBe('thanks')
  await post('/v1/erase', { userId: 'ann' }, bearer)
  await service.caughtUp()
  expect(await headline(running, { link })).toBeUndefined()
  expect(await headline(running, { userId: 'ben' }, bearer)).toBe('thanks')
  expect(await headline(running, { token })).toBe('thanks')
  await post('/v1/erase', { anonymousId: 'ann' }, bearer)
  await service.caughtUp()
  const store = openLmdbStore(join(running.dataDirectory, 'profiles'), { isReadOnly: true })
  onTestFinished(() => store.close())
  expect(await store.readFacts('agency', anonymousProfileId('ann'))).toBeUndefined()
})

test('folded anew from the log, who was erased stays erased', async () => {
  const directory = await temporaryDirectory()
  const first = await startService({ secret, dataDirectory: directory })
  const token = (await first.decide()).body.token as string
  await first.batch(token, [EVENTS.identify, EVENTS.order])
  await first.post('/v1/erase', { token }, bearer)
  await first.service.close()
  await rm(join(first.dataDirectory, 'profiles'), { recursive: true })
  const again = await startService({ secret, dataDirectory: directory })
  await again.service.caughtUp()
  expect(await headline(again, { token })).toBeUndefined()
})

test('a service that forwards its events forwards this, too', async () => {
  const owner = await startWithBuyer()
  const lmdb = openLmdbStore(join(owner.dataDirectory, 'profiles'), { isReadOnly: true })
  const store = { ...lmdb, readFacts: async (site: string, id: string) => lmdb.readFacts(site, id) }
  const settings = { secret, store: 'cql://127.0.0.1/none?dc=none', budgetMs: 2_000 }
  const follower = await startService(
    { ...settings, forwardEvents: owner.service.adminAddress?.url as string },
    { store },
  )
  const { token } = owner
  expect(await headline(follower, { token })).toBe('thanks')
  expect((await follower.post('/v1/erase', { token }, bearer)).status).toBe(202)
  await owner.service.caughtUp()
  expect(await headline(follower, { token })).toBeUndefined()
})

test('only the server key of the site erases', async () => {
  const running = await startWithBuyer()
  const other = await startService({ secret, catalog: CATALOG.replace('site: agency', 'site: other') })
  const { token, post } = running
  const headers: Fields[] = [
    {},
    { authorization: `Bearer ${keys.issue({ site: 'agency', access: 'events' })}` },
    { authorization: `Bearer ${createKeys('x'.repeat(32)).issue({ site: 'agency', access: 'server' })}` },
  ]
  for (const some of headers)
    expect(await post('/v1/erase', { token }, some)).toMatchObject({
      status: 401,
      body: { error: { code: 'key_invalid' } },
    })
  // A page of another site with a stolen key, and a key of another site with this site's token.
  expect(await post('/v1/erase', { token }, { ...bearer, origin: 'https://evil.example' })).toMatchObject({
    body: { error: { code: 'origin_forbidden' } },
  })
  const foreign = { authorization: `Bearer ${keys.issue({ site: 'other', access: 'server' })}` }
  expect(await other.post('/v1/erase', { token }, foreign)).toMatchObject({
    status: 401,
    body: { error: { code: 'token_invalid' } },
  })
  expect((await post('/v1/erase', { userId: 'nobody' }, { ...bearer, origin: ORIGIN })).status).toBe(202)
  await running.service.caughtUp()
  expect(await headline(running, { token })).toBe('thanks')
})

test.each([
  [{}, 'name one of'],
  [{ userId: 'a', token: 'b' }, 'name one of'],
  [{ userId: '' }, '/userId'],
  [{ userId: 'x'.repeat(201) }, '/userId'],
  [{ token: 7 }, '/token'],
  [[], 'must be object'],
])('%j names nobody to be erased', async (body, why) => {
  const { post } = await startService({ secret })
  expect(await post('/v1/erase', body, bearer)).toMatchObject({
    status: 400,
    body: { error: { code: 'body_invalid', message: expect.stringContaining(why) as string } },
  })
})

test('an erasure that cannot be made durable is not promised', async () => {
  const log = await openSegments({
    directory: await temporaryDirectory(),
    openFile: () => Promise.reject(new Error('ENOSPC')),
  })
  const { post } = await startService({ secret }, { log })
  expect(await post('/v1/erase', { userId: 'ann' }, bearer)).toMatchObject({
    status: 503,
    body: { error: { code: 'log_unavailable' } },
  })
})

test('the command asks the service, with the key that follows from its secret', async () => {
  const running = await startWithBuyer()
  const { token, url, service } = running
  const args = ['erase', '--site', 'agency', '--visitor', token, '--url', url]
  const refused = await runCommand(args, { PREPAINT_SECRET: 'x'.repeat(32) })
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('answers 401')])
  expect(await runCommand([...args, '--json'], { PREPAINT_SECRET: secret })).toMatchObject({
    code: 0,
    stdout: '{"site":"agency","erased":true}\n',
  })
  await service.caughtUp()
  expect(await headline(running, { token })).toBeUndefined()
})

test.each([
  [[], 'say whom'],
  [['--user', 'a', '--visitor', 'b'], 'say whom'],
  [['--user', 'a', '--url', 'here'], '--url must be an address'],
])('erase %j ends with 2', async (args, why) => {
  const ended = await runCommand(['erase', '--site', 'agency', ...args], { PREPAINT_SECRET: secret })
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(why) as string })
})
