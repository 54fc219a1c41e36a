import { crc32 } from 'node:zlib'
import { open } from 'lmdb'
import type { Event } from 'prepaint/protocol'
import { expect, onTestFinished, test } from 'vitest'
import type { Consumer } from '../../src/consumers/consumer.ts'
import { encodeRecord } from '../../src/ingest/record.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import { type ProfileBase, type ProfileStore, RowsError } from '../../src/stores/store.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import type { EventLog, LogRecord } from '../../src/streams/log.ts'
import { foldLog } from '../support/fold-log.ts'
import { temporaryDirectory } from '../support/start-service.ts'

let lastId = 0

function record(visitorId: string, event = 'Viewed', receivedMs = 1): LogRecord {
  const track: Event = { type: 'track', event, messageId: `m${lastId++}`, timestamp: '' }
  return encodeRecord({ kind: 'event', site: 'site', visitorId, receivedMs, atMs: 1, event: track })
}

interface Parts {
  log: EventLog
  store: ProfileStore
  problems: string[]
  consume(store?: ProfileStore): Consumer
}

async function openParts(): Promise<Parts> {
  const directory = await temporaryDirectory()
  const log = await openSegments({ directory: `${directory}/log` })
  const store = openLmdbStore(`${directory}/profiles`)
  const problems: string[] = []
  onTestFinished(async () => {
    await log.close()
    await store.close()
  })
  return {
    log,
    store,
    problems,
    consume(other = store) {
      const onProblem = (problem: string): unknown => problems.push(problem)
      const consumer = foldLog({ log, store: other, onProblem, retryAfterMs: 1 })
      onTestFinished(() => consumer.stop())
      return consumer
    },
  }
}

async function views(store: ProfileStore, visitorId: string): Promise<number | undefined> {
  return (await store.readFacts('site', visitorId))?.events['Viewed']
}

test('what is appended is folded without being asked for, in chunks and beyond', async () => {
  const { log, store, consume } = await openParts()
  await log.append(Array.from({ length: 700 }, (_, index) => record(`v${index % 3}`)))
  const consumer = consume()
  await consumer.caughtUp()
  expect(await views(store, 'v0')).toBe(234)
  await log.append([record('v0'), record('new')])
  await consumer.caughtUp()
  expect([await views(store, 'v0'), await views(store, 'new')]).toEqual([235, 1])
  expect(await store.resumePoint()).toMatchObject({ offset: log.end })
})

test('a restart goes on where the store was left, so that nothing counts twice', async () => {
  const { log, store, consume } = await openParts()
  const first = consume()
  // More than the messages that a profile remembers, so that a second folding of the first ones would show.
  await log.append(Array.from({ length: 600 }, () => record('v')))
  await first.caughtUp()
  await first.stop()
  await log.append([record('v')])
  await consume().caughtUp()
  expect(await views(store, 'v')).toBe(601)
})

test('a store that fails is tried again until it takes the events', async () => {
  const { log, store, problems, consume } = await openParts()
  let failures = 3
  const flaky: ProfileStore = {
    ...store,
    async commit(writes, offset) {
      if (failures-- > 0) throw new Error('disk full')
      await store.commit(writes, offset)
    },
  }
  await log.append([record('v')])
  await consume(flaky).caughtUp()
  expect(await views(store, 'v')).toBe(1)
  expect(problems).toHaveLength(3)
})

/** A store that has acknowledged what it then forgets, as a cluster without power does. */
function openForgetfulStore(lasting: ProfileStore) {
  const rows = new Map<string, ProfileBase>()
  let settled: { rows: [string, ProfileBase][]; offset: number } = { rows: [], offset: 0 }
  let offset = 0
  let tell = (): void => undefined
  const store: ProfileStore = {
    ...lasting,
    base: (_site, visitorId) => Promise.resolve(rows.get(visitorId)),
    commit(writes, reached) {
      for (const { visitorId, profile, position } of writes) rows.set(visitorId, { profile, position })
      ;({ offset } = reached)
      return Promise.resolve()
    },
    resumePoint: () => Promise.resolve({ epoch: 1, offset, from: settled.offset }),
    onLoss: (listener) => void (tell = listener),
  }
  return {
    store,
    settle: () => void (settled = { rows: [...rows], offset }),
    forget() {
      rows.clear()
      for (const [visitorId, base] of settled.rows) rows.set(visitorId, base)
      tell()
    },
    views: (visitorId: string) => rows.get(visitorId)?.profile?.events['Viewed'],
  }
}

test('what a store has acknowledged and forgotten is folded again, before what follows upon it, and the rest not twice', async () => {
  const { log, store: lasting, consume } = await openParts()
  const { store, settle, forget, views: viewsOf } = openForgetfulStore(lasting)
  const consumer = consume(store)
  // More than the messages that a profile remembers: only its position tells that they are folded.
  await log.append([...Array.from({ length: 600 }, () => record('v')), record('kept')])
  await consumer.caughtUp()
  settle()
  await log.append([record('v'), record('new')])
  await consumer.caughtUp()
  forget()
  expect([viewsOf('v'), viewsOf('new')]).toEqual([600, undefined])
  await log.append([record('v')])
  await consumer.caughtUp()
  expect([viewsOf('v'), viewsOf('new'), viewsOf('kept')]).toEqual([602, 1, 1])
})

test('a service that ended together with its store folds again what the store forgot', async () => {
  const { log, store: lasting, consume } = await openParts()
  const { store, forget, views: viewsOf } = openForgetfulStore(lasting)
  const first = consume(store)
  await log.append([record('v')])
  await first.caughtUp()
  await first.stop()
  forget()
  const second = consume(store)
  await log.append([record('v')])
  await second.caughtUp()
  expect(viewsOf('v')).toBe(2)
})

test('how long folding took is told of what is folded for the first time', async () => {
  const { log, store: lasting } = await openParts()
  const { store } = openForgetfulStore(lasting)
  const told: number[] = []
  for (const receivedMs of [1, 6]) {
    const consumer = foldLog({
      log,
      store,
      onProblem: () => undefined,
      now: () => 11,
      onFolded: (ms) => told.push(ms),
    })
    await log.append([record('v', 'Viewed', receivedMs)])
    await consumer.caughtUp()
    await consumer.stop()
  }
  expect(told).toEqual([10, 5])
})

test('an entry that is no event is reported and passed over', async () => {
  const { log, store, problems, consume } = await openParts()
  await log.append([record('v'), { ...record('v'), payload: Buffer.from([0xc1]) }, record('v')])
  await consume().caughtUp()
  expect(await views(store, 'v')).toBe(2)
  expect(problems).toEqual([expect.stringContaining('is no event')])
})

/** A store over a directory into which the test writes profiles' bytes by itself. */
async function storeWith(bytes: Buffer): Promise<ProfileStore> {
  const directory = await temporaryDirectory()
  const root = open({ path: directory, maxDbs: 2 })
  await root.openDB({ name: 'profiles', encoding: 'binary' }).put(['site', 'bad'], bytes)
  await root.close()
  const store = openLmdbStore(directory)
  onTestFinished(() => store.close())
  return store
}

test('a damaged profile begins anew, is reported, and holds up nobody', async () => {
  const { log, problems, consume } = await openParts()
  const store = await storeWith(Buffer.from([2, 0xc1]))
  await log.append([record('bad'), record('v'), record('bad')])
  await consume(store).caughtUp()
  expect([await views(store, 'bad'), await views(store, 'v')]).toEqual([2, 1])
  expect(problems).toEqual([expect.stringContaining('site site: 1 damaged profile(s) began anew')])
})

/** A profile of a format to come: its version and its checksum stand where they stand now. */
function ofVersion(version: number): Buffer {
  const bytes = Buffer.from([version, 0, 0, 0, 0, 1, 2, 3, 4, 5])
  bytes.writeUInt32LE(crc32(bytes.subarray(5), version), 1)
  return bytes
}

test('a profile from the future stops folding and is left as it is', async () => {
  const { log } = await openParts()
  const store = await storeWith(ofVersion(30))
  await log.append([record('v'), record('bad')])
  const { promise: reported, resolve: report } = Promise.withResolvers<unknown>()
  const consumer = foldLog({ log, store, onProblem: (_problem, cause) => report(cause), retryAfterMs: 1 })
  onTestFinished(() => consumer.stop())
  expect(await reported).toMatchObject({ message: expect.stringContaining('format version 30') as string })
  expect([(await store.resumePoint()).offset, await views(store, 'v')]).toEqual([0, undefined])
})

test('an event of a type that this version does not know is passed over', async () => {
  const { log, store, problems, consume } = await openParts()
  const base = { kind: 'event' as const, site: 'site', visitorId: 'v', receivedMs: 1, atMs: 1 }
  const odd = [null, { type: 'screen', messageId: 'g', timestamp: '' }].map((event) => ({
    ...base,
    event: event as never,
  }))
  await log.append([...odd.map(encodeRecord), record('v')])
  await consume().caughtUp()
  expect(await views(store, 'v')).toBe(1)
  expect(problems).toHaveLength(2)
})

test('a hole in the log is reported with its place, and folding goes on behind it', async () => {
  const directory = await temporaryDirectory()
  const log = await openSegments({ directory: `${directory}/log`, minEnd: 100 })
  const store = openLmdbStore(`${directory}/profiles`)
  const problems: string[] = []
  await log.append([record('v')])
  const consumer = foldLog({ log, store, onProblem: (problem) => problems.push(problem) })
  await consumer.caughtUp()
  expect(await views(store, 'v')).toBe(1)
  expect(problems).toEqual(['the log is damaged from 0 to 100: its events are lost'])
  await consumer.stop()
  await log.close()
  await store.close()
})

test('a log that is an old copy, shorter than what is folded of it, is folded no more and takes nothing in', async () => {
  const { log, store, problems, consume } = await openParts()
  await log.append([record('v')])
  const ahead: ProfileStore = {
    ...store,
    resumePoint: () => Promise.resolve({ epoch: 0, offset: log.end + 1, from: 0 }),
  }
  const consumer = consume(ahead)
  await expect.poll(consumer.isFenced).toBe(true)
  expect(consumer.isBehind()).toBe(true)
  expect(problems).toEqual(['folding has ended for good, and no more events are taken in'])
  expect(await views(store, 'v')).toBeUndefined()
})

test('a profile that cannot be stored costs itself: it is counted, told, and the others go on', async () => {
  const { log, store, problems } = await openParts()
  const passedOver: string[] = []
  const broken = {
    enumerable: true,
    get: () => {
      throw new Error('cannot be encoded')
    },
  }
  const hostile: ProfileStore = {
    ...store,
    commit: (writes, progress) =>
      store.commit(
        writes.map((write) =>
          write.visitorId === 'bad'
            ? { ...write, profile: Object.defineProperty({ ...write.profile }, 'traits', broken) as never }
            : write,
        ),
        progress,
      ),
  }
  // The store tells of the write that it was given; here that is the copy above.
  const telling: ProfileStore = {
    ...store,
    commit: (writes, progress) =>
      hostile.commit(writes, progress).catch((error: unknown) => {
        throw error instanceof RowsError
          ? new RowsError(
              writes.filter(({ visitorId }) => visitorId === 'bad'),
              error.cause,
            )
          : error
      }),
  }
  const consumer = foldLog({
    log,
    store: telling,
    onProblem: (problem) => problems.push(problem),
    onPassedOver: (what) => passedOver.push(what),
    retryAfterMs: 1,
  })
  onTestFinished(() => consumer.stop())
  await log.append([record('v'), record('bad'), record('w')])
  await consumer.caughtUp()
  expect([await views(store, 'v'), await views(store, 'bad'), await views(store, 'w')]).toEqual([1, undefined, 1])
  expect(passedOver).toEqual(['profile'])
  expect(problems).toEqual(['site site: a profile cannot be stored, and stays as it was'])
})

test('while the store fails events are taken in, but not without end', async () => {
  const { log, store } = await openParts()
  const failing: ProfileStore = { ...store, commit: () => Promise.reject(new Error('gone')) }
  const failed = Promise.withResolvers<unknown>()
  const consumer = foldLog({
    log,
    store: failing,
    onProblem: failed.resolve,
    maxFailingBytes: 1_000,
    retryAfterMs: 1,
  })
  onTestFinished(() => consumer.stop())
  await log.append([record('v')])
  await failed.promise
  expect(consumer.isBehind()).toBe(false)
  await log.append(Array.from({ length: 10 }, () => record('v')))
  expect(consumer.isBehind()).toBe(true)
})
