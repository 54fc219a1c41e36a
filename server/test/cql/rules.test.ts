import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Event } from 'prepaint/protocol'
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { encodeRecord } from '../../src/ingest/record.ts'
import type { ProfileStore } from '../../src/stores/store.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import type { EventLog } from '../../src/streams/log.ts'
import type { LogRecord } from '../../src/streams/log.ts'
import { foldLog } from '../support/fold-log.ts'
import { temporaryDirectory } from '../support/start-service.ts'
import { migrateTests, openTestStore, ownName } from './open-store.ts'

beforeAll(migrateTests)

const NOW_MS = Date.now()
const LIFE_MS = 390 * 86_400_000
const HOUR_MS = 3_600_000

let lastId = 0

function viewed(visitorId: string, receivedMs = NOW_MS): LogRecord {
  const event: Event = { type: 'track', event: 'Viewed', messageId: `m${lastId++}`, timestamp: '' }
  return encodeRecord({ kind: 'event', site: 'site', visitorId, receivedMs, atMs: receivedMs, event })
}

function erased(visitorId: string, receivedMs = NOW_MS): LogRecord {
  return encodeRecord({ kind: 'erasure', site: 'site', visitorId, receivedMs })
}

async function openLog(directory: string): Promise<EventLog> {
  const log = await openSegments({ directory })
  onTestFinished(() => log.close())
  return log
}

async function openStore(directory: string, logName?: string): Promise<ProfileStore> {
  const store = await openTestStore(directory, logName)
  onTestFinished(() => store.close())
  return store
}

/** Folds the log into the store, to its end. */
async function foldAll(log: EventLog, store: ProfileStore): Promise<void> {
  const consumer = foldLog({
    log,
    store,
    onProblem: (problem, cause) => process.stderr.write(`${problem} ${String(cause)}\n`),
  })
  await consumer.caughtUp()
  await consumer.stop()
}

async function views(store: ProfileStore, visitorId: string): Promise<number | undefined> {
  return (await store.base('site', visitorId))?.profile?.events['Viewed']
}

test('a commit that broke off after its rows is made again, and counts nothing twice', async () => {
  const directory = await temporaryDirectory()
  const [log, store] = [await openLog(`${directory}/log`), await openStore(directory)]
  // More than the messages that a profile remembers: only the position tells that the first ones are folded.
  await log.append(Array.from({ length: 600 }, () => viewed('v')))
  const unsettled: ProfileStore = { ...store, resumePoint: async () => ({ ...(await store.resumePoint()), from: 0 }) }
  await foldAll(log, unsettled)
  await foldAll(log, unsettled)
  expect(await views(store, 'v')).toBe(600)
})

test('a new log is folded from its beginning, though its offsets are smaller than those of the log before', async () => {
  const directory = await temporaryDirectory()
  const old = await openLog(`${directory}/old`)
  await old.append(Array.from({ length: 50 }, () => viewed('v')))
  await foldAll(old, await openStore(directory, 'old'))
  const fresh = await openLog(`${directory}/new`)
  await fresh.append([viewed('v')])
  const store = await openStore(directory, `${directory}/new`)
  await foldAll(fresh, store)
  expect(await views(store, 'v')).toBe(51)
})

test('a service whose log has been replaced writes nothing more', async () => {
  const directory = await temporaryDirectory()
  const old = await openLog(`${directory}/old`)
  const oldStore = await openStore(directory, `${directory}/old`)
  await old.append([viewed('v')])
  await foldAll(old, oldStore)
  const fresh = await openLog(`${directory}/new`)
  await fresh.append([viewed('v')])
  await foldAll(fresh, await openStore(directory, `${directory}/new`))
  await old.append([viewed('v')])
  const told = Promise.withResolvers<unknown>()
  const consumer = foldLog({
    log: old,
    store: oldStore,
    onProblem: (_problem, cause) => told.resolve(cause),
    retryAfterMs: 1,
  })
  expect(String(await told.promise)).toContain('from a later log')
  expect([consumer.isFenced(), consumer.isBehind()]).toEqual([true, true])
  await consumer.stop()
  expect(await views(oldStore, 'v')).toBe(2)
})

test('what was erased stays erased, and what comes after it is kept, all in one millisecond', async () => {
  const directory = await temporaryDirectory()
  const [log, store] = [await openLog(`${directory}/log`), await openStore(directory)]
  for (const payload of [viewed('v'), viewed('gone'), erased('v'), erased('gone'), viewed('v')]) {
    await log.append([payload])
    await foldAll(log, store)
  }
  expect(await views(store, 'v')).toBe(1)
  expect(await store.readFacts('site', 'gone')).toBeUndefined()
})

test('a clock that was an hour ahead hides nothing that is written after it was set right', async () => {
  const directory = await temporaryDirectory()
  const [log, store] = [await openLog(`${directory}/log`), await openStore(directory)]
  for (const receivedMs of [NOW_MS + HOUR_MS, NOW_MS, NOW_MS + 1]) {
    await log.append([viewed('v', receivedMs)])
    await foldAll(log, store)
  }
  expect(await views(store, 'v')).toBe(3)
})

test('a profile ends 390 days after its last event, however late it is written', async () => {
  const directory = await temporaryDirectory()
  const [log, store] = [await openLog(`${directory}/log`), await openStore(directory)]
  await log.append([viewed('lately'), viewed('ending', Date.now() - LIFE_MS + 3_000)])
  await foldAll(log, store)
  expect(await views(store, 'ending')).toBe(1)
  await expect.poll(() => views(store, 'ending'), { timeout: 20_000 }).toBeUndefined()
  expect(await views(store, 'lately')).toBe(1)
})

test('a damaged profile begins anew, later than its damaged row', async () => {
  const directory = await temporaryDirectory()
  const [log, store] = [await openLog(`${directory}/log`), await openStore(directory)]
  await log.append([viewed('v', NOW_MS + HOUR_MS)])
  await foldAll(log, store)
  const broken: ProfileStore = {
    ...store,
    base: async (site, id) => ({ ...(await store.base(site, id)), profile: undefined, isDamaged: true }),
  }
  await log.append([viewed('v')])
  await foldAll(log, broken)
  expect(await views(store, 'v')).toBe(1)
})

async function startZombie(directory: string): Promise<{ child: ChildProcess; lines: Interface }> {
  const address = `cql://${inject('cassandra').join(',')}/prepaint_test?dc=dc1`
  const fixture = fileURLToPath(new URL('zombie-fixture.ts', import.meta.url))
  const args = ['--conditions=source', fixture, address, ownName(directory), `${directory}/log`]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, lines: createInterface(child.stdout as NodeJS.ReadableStream) }
}

test('a writer that was stopped and goes on after another has taken over rolls nothing back', async () => {
  const directory = await temporaryDirectory()
  const site = `${ownName(directory)}-site`
  const log = await openLog(`${directory}/log`)
  const store = await openStore(directory)
  const inSite = (visitorId: string): LogRecord => {
    const event: Event = { type: 'track', event: 'Viewed', messageId: `m${lastId++}`, timestamp: '' }
    return encodeRecord({ kind: 'event', site, visitorId, receivedMs: NOW_MS, atMs: NOW_MS, event })
  }
  const unnamed: ProfileStore = {
    ...store,
    base: (_site, id) => store.base('site', id),
    commit: (writes, progress) =>
      store.commit(
        writes.map((write) => ({ ...write, site: 'site' })),
        progress,
      ),
  }
  await log.append(Array.from({ length: 40 }, (_, index) => inSite(`v${index % 4}`)))
  const { child, lines } = await startZombie(directory)
  expect(await once(lines, 'line')).toEqual(['stopped'])
  await log.append(Array.from({ length: 40 }, (_, index) => inSite(`v${index % 4}`)))
  await foldAll(log, unnamed)
  const written = once(lines, 'line')
  child.kill('SIGCONT')
  expect(await written).toEqual(['written'])
  for (const visitorId of ['v0', 'v1', 'v2', 'v3']) expect(await views(store, visitorId)).toBe(20)
})
