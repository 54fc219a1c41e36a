import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { openCopyEnd } from '../../src/cli/copy-end.ts'
import { fold } from '../../src/profiles/fold.ts'
import type { CopiedRow, CopyEnd, Piece } from '../../src/stores/copy/copy-end.ts'
import { openCqlStore } from '../../src/stores/cql/cql.ts'
import { migrate } from '../../src/stores/cql/migrate.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import { runCommand } from '../support/run-command.ts'
import { type RunningService, startService, temporaryDirectory } from '../support/start-service.ts'
import { testAddress } from './open-store.ts'

const CLI = fileURLToPath(new URL('../support/cli-fixture.ts', import.meta.url))

/** Keyspaces that no run before has left anything in. */
const RUN = Date.now().toString(36)
const keyspaces = ['a', 'b', 'c', 'd', 'e'].map((name) => `prepaint_copy_${RUN}_${name}`)
const [FIRST, SECOND, THIRD, FOURTH, FIFTH] = keyspaces as [string, string, string, string, string]

beforeAll(async () => {
  for (const keyspace of keyspaces) {
    await migrate({
      address: testAddress(keyspace),
      credentials: {},
      database: 'cassandra',
      replicationFactor: 3,
      onVersion: () => undefined,
    })
  }
})

function storeOf(keyspace: string): string {
  const { contactPoints } = testAddress()
  return `cql://${contactPoints.join(',')}/${keyspace}?dc=dc1`
}

async function copy(from: string, to: string): Promise<{ count: number; isResumed: boolean }> {
  const state = join(await temporaryDirectory(), 'state.json')
  const { code, stdout, stderr } = await runCommand([
    'profiles',
    'copy',
    '--from',
    from,
    '--to',
    to,
    '--state',
    state,
    '--json',
  ])
  expect([code, stdout, stderr]).toEqual([0, expect.any(String), expect.not.stringContaining('error')])
  return JSON.parse(stdout) as { count: number; isResumed: boolean }
}

test.each([
  ['prepaint_nowhere?dc=dc1', 'keyspace prepaint_nowhere): its tables are missing'],
  ['prepaint_test?dc=elsewhere', 'elsewhere was not found. Available DCs are: [dc1]'],
])('a target at %s is told to be none', async (place, why) => {
  const directory = await temporaryDirectory()
  await (await openCopyEnd(directory, {})).close()
  const to = `${storeOf('').split('/?')[0] as string}/${place}`
  const { code, stderr } = await runCommand([
    'profiles',
    'copy',
    '--from',
    directory,
    '--to',
    to,
    '--state',
    join(directory, 'state'),
  ])
  expect([code, stderr]).toEqual([1, expect.stringContaining(why)])
  expect(stderr).toContain('prepaint-server migrate')
})

let lastId = 0

/** Sends so many views of a visitor, in batches; each has a message id of its own. */
async function view({ batch, service }: RunningService, token: string, times: number): Promise<void> {
  const timestamp = new Date().toISOString()
  for (let start = 0; start < times; start += 100) {
    const events = Array.from({ length: Math.min(100, times - start) }, () => ({
      type: 'track',
      event: 'Viewed',
      messageId: `m${lastId++}`,
      timestamp,
    }))
    expect((await batch(token, events)).status).toBe(200)
  }
  await service.caughtUp()
}

const secret = 's'.repeat(32)

/** The service of one data directory, over LMDB or over a cluster; it is ended by the next. */
async function serve(directory: string, store?: string): Promise<RunningService> {
  return startService({
    dataDirectory: directory,
    secret,
    budgetMs: 2_000,
    visitorPerMinute: Infinity,
    ...(store === undefined ? {} : { store }),
  })
}

async function viewsIn(keyspace: string, visitorId: string): Promise<number | undefined> {
  const store = openCqlStore({
    address: testAddress(keyspace),
    credentials: {},
    logId: 'looks',
    now: Date.now,
    onProblem: () => undefined,
  })
  await store.opened()
  const base = await store.base('agency', visitorId)
  await store.close()
  return base?.profile?.events['Viewed']
}

test('a service goes over to a cluster, to another and back to its data directory, and folds nothing twice and nothing not at all', async () => {
  const directory = await temporaryDirectory()
  const data = join(directory, 'data')
  const local = await serve(directory)
  const token = (await local.decide()).body.token as string
  const visitorId = token.split('.')[0] as string
  // More than the messages that a profile remembers: only offsets tell that the first ones are folded.
  await view(local, token, 600)
  await local.service.close()

  expect(await copy(data, storeOf(FIRST))).toMatchObject({ count: 1, isResumed: false })
  const clustered = await serve(directory, storeOf(FIRST))
  await clustered.service.caughtUp()
  expect(await viewsIn(FIRST, visitorId)).toBe(600)
  await view(clustered, token, 10)
  expect(await viewsIn(FIRST, visitorId)).toBe(610)

  // The service goes on: what it folds meanwhile it folds at the other end again.
  expect(await copy(storeOf(FIRST), storeOf(SECOND))).toMatchObject({ count: 1 })
  await view(clustered, token, 5)
  await clustered.service.close()
  const moved = await serve(directory, storeOf(SECOND))
  await moved.service.caughtUp()
  expect(await viewsIn(SECOND, visitorId)).toBe(615)
  await moved.service.close()

  await rm(join(data, 'profiles'), { recursive: true })
  expect(await copy(storeOf(SECOND), data)).toMatchObject({ count: 1 })
  const back = await serve(directory)
  await view(back, token, 1)
  await back.service.close()
  const store = openLmdbStore(join(data, 'profiles'), { isReadOnly: true })
  onTestFinished(() => store.close())
  expect((await store.readFacts('agency', visitorId))?.events['Viewed']).toBe(616)
})

async function piecesOf(end: CopyEnd, place?: string): Promise<Piece[]> {
  const pieces: Piece[] = []
  for await (const piece of end.read(place)) pieces.push(piece)
  return pieces
}

test('a copy that is killed goes on where it was, and is whole', { timeout: 120_000 }, async () => {
  const directory = join(await temporaryDirectory(), 'data')
  await (await openCopyEnd(directory, {})).close()
  const local = openLmdbStore(join(directory, 'profiles'))
  const position = { epoch: 0, offset: 0, writtenUs: 0 }
  const writes = Array.from({ length: 3_000 }, (_, index) => {
    const event = { type: 'track' as const, event: `Viewed ${index}`, messageId: 'm', timestamp: '' }
    return { site: 'agency', visitorId: `v${index}`, profile: fold(undefined, { event, atMs: Date.now() }), position }
  })
  await local.commit(writes, { epoch: 0, offset: 9 })
  await local.close()
  const state = join(directory, 'state.json')
  const args = ['profiles', 'copy', '--from', directory, '--to', storeOf(THIRD), '--state', state, '--json']
  const child = spawn(process.execPath, ['--conditions=source', CLI, ...args], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await expect.poll(() => existsSync(state), { timeout: 60_000, interval: 10 }).toBe(true)
  child.kill('SIGKILL')
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  const { code, stdout } = await runCommand(args)
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { count: 3_000, isResumed: true }])
  const store = openCqlStore({
    address: testAddress(THIRD),
    credentials: {},
    logId: 'looks',
    now: Date.now,
    onProblem: () => undefined,
  })
  onTestFinished(() => store.close())
  await store.opened()
  const end = await openCopyEnd(storeOf(THIRD), {})
  onTestFinished(() => end.close())
  const pieces = await piecesOf(end)
  const middle = Math.floor(pieces.length / 2)
  expect(pieces.length).toBeGreaterThan(100)
  expect(await piecesOf(end, pieces[middle]?.place)).toMatchObject(
    pieces.slice(middle + 1).map(({ rows, place }) => {
      return { place, rows: rows.map(({ visitorId }) => ({ visitorId })) }
    }),
  )
  for (const { visitorId, profile } of writes.filter((_, index) => index % 10 === 0)) {
    expect((await store.base('agency', visitorId))?.profile).toEqual(profile)
  }
})

async function rowsOf(end: CopyEnd): Promise<CopiedRow[]> {
  const all = (await piecesOf(end)).flatMap(({ rows }) => rows)
  return all.sort((one, other) => one.visitorId.localeCompare(other.visitorId))
}

test('places, times, what was erased and the time to live go along; where places cannot be kept, rows that are ahead are refused', async () => {
  const source = await openCopyEnd(storeOf(FOURTH), {})
  onTestFinished(() => source.close())
  const row = { site: 'agency', position: { epoch: 3, offset: 70, writtenUs: 5_000_000 }, ttlS: 100_000 }
  await source.write([
    { ...row, visitorId: 'erased', bytes: Buffer.alloc(0) },
    { ...row, visitorId: 'kept', bytes: Buffer.from('bytes') },
  ])
  await source.setLogs([
    { log: 'one', epoch: 3, offset: 60 },
    { log: 'other', epoch: 2, offset: 900 },
  ])
  expect(await copy(storeOf(FOURTH), storeOf(FIFTH))).toMatchObject({ count: 1 })
  const target = await openCopyEnd(storeOf(FIFTH), {})
  onTestFinished(() => target.close())
  const [before, after] = [await rowsOf(source), await rowsOf(target)]
  expect(after.map((one) => ({ ...one, ttlS: 0 }))).toEqual(before.map((one) => ({ ...one, ttlS: 0 })))
  for (const [index, { ttlS }] of after.entries()) expect((before[index] as CopiedRow).ttlS - ttlS).toBeLessThan(60)
  expect((await target.logs()).sort((one, other) => one.epoch - other.epoch)).toEqual([
    { log: 'other', epoch: 2, offset: 900 },
    { log: 'one', epoch: 3, offset: 60 },
  ])
  const directory = await temporaryDirectory()
  const refused = await runCommand([
    'profiles',
    'copy',
    '--from',
    storeOf(FOURTH),
    '--to',
    join(directory, 'to'),
    '--state',
    join(directory, 'state'),
  ])
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('folded further than its progress says')])
})
