import { chmod, mkdir, readdir, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkDisk } from '../../src/doctor/check-disk.ts'
import { encodeRecord } from '../../src/ingest/record.ts'
import { leastFreeBytes, watchDisk } from '../../src/service/disk-space.ts'
import { startRetention } from '../../src/service/retention.ts'
import { type LmdbStore, openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import { boundPieces } from '../../src/streams/file-log/cut-pieces.ts'
import { listSegments } from '../../src/streams/file-log/segment-files.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import type { EventLog } from '../../src/streams/log.ts'
import { foldLog } from '../support/fold-log.ts'
import { runCommand } from '../support/run-command.ts'
import { EVENTS, startService, temporaryDirectory } from '../support/start-service.ts'

const MIB = 1_048_576
const DAY_MS = 86_400_000

test('before the disk is full events are refused and decisions go on; a little above the bound they are taken again', async () => {
  let freeBytes = 300 * MIB
  const readSpace = async () => ({ freeBytes, totalBytes: 10_240 * MIB })
  const { decide, batch, logged, service, url, dataDirectory } = await startService({ minFreeMb: 200 }, { readSpace })
  const { token } = (await decide()).body as { token: string }
  expect((await batch(token, [EVENTS.page])).status).toBe(200)
  freeBytes = 199 * MIB
  await logged(({ msg }) => String(msg).includes('no events are taken in'))
  const refused = await batch(token, [EVENTS.order])
  expect(refused).toMatchObject({ status: 503, body: { error: { code: 'log_unavailable' } } })
  expect(await decide({ token })).toMatchObject({ status: 200, body: { slots: { masthead: { tier: 'live' } } } })
  const metrics = await (await fetch(`${service.adminAddress?.url}/metrics`)).text()
  expect(metrics).toContain(`prepaint_disk_free_bytes ${199 * MIB}`)
  expect(metrics).toContain('prepaint_disk_low 1')
  const ready = async (url: string | undefined) => (await fetch(`${url}/readyz`)).json()
  const message = `${dataDirectory}: 199 MiB are free on its disk, and events are taken in from 250 on: free some, or lower --log-days, --log-size or --min-free`
  expect(await ready(service.adminAddress?.url)).toEqual({ status: 'ready', problems: [{ code: 'disk_low', message }] })
  expect(await ready(url)).toEqual({ status: 'ready', problems: [{ code: 'disk_low' }] })
  freeBytes = 251 * MIB
  await logged(({ msg }) => String(msg).includes('taken in again'))
  expect((await batch(token, [EVENTS.order])).status).toBe(200)
  expect(await ready(service.adminAddress?.url)).toEqual({ status: 'ready' })
})

test('doctor says that the disk of a data directory is nearly full: which, by how much, and what to do', async () => {
  const readSpace = async () => ({ freeBytes: 99 * MIB, totalBytes: 10_240 * MIB })
  expect(await checkDisk('/data', 100, readSpace)).toEqual([
    {
      code: 'disk_low',
      detail:
        '/data: 99 MiB are free on its disk, and events are taken in from 100 on: free some, or lower --log-days, --log-size or --min-free',
    },
  ])
  expect(await checkDisk('/data', 99, readSpace)).toEqual([])
  expect(await checkDisk('/data', 'auto', readSpace)).toMatchObject([{ code: 'disk_low' }])
  const directory = await temporaryDirectory()
  expect(await runCommand(['doctor', '--data', directory, '--min-free', '0'])).toMatchObject({
    code: 0,
    stdout: 'all is well\n',
  })
  const full = await runCommand(['doctor', '--data', directory, '--min-free', '1000000000', '--json'])
  expect([full.code, JSON.parse(full.stdout)]).toMatchObject([
    3,
    { findings: [{ code: 'disk_low', detail: expect.stringContaining(directory) }] },
  ])
  expect((await runCommand(['doctor', '--data', join(directory, 'none')])).stdout).toContain('ENOENT')
  expect((await runCommand(['doctor', '--data', directory, '--min-free', 'much'])).code).toBe(2)
})

test('between the bound and a quarter above it nothing changes', async () => {
  const told: string[] = []
  let freeBytes = 99 * MIB
  const readSpace = async () => ({ freeBytes, totalBytes: 10_240 * MIB })
  const watch = await watchDisk({ minFreeMb: 100, dataDirectory: '', readSpace, tell: (line) => told.push(line) })
  onTestFinished(watch.close)
  const states: boolean[] = []
  for (const free of [99, 101, 124, 126, 101, 100, 99, 124]) {
    freeBytes = free * MIB
    await watch.ask()
    states.push(watch.isLow())
  }
  expect(states).toEqual([true, true, true, false, false, false, true, true])
  expect(told).toHaveLength(3)
})

test.each([
  [0, 10_240, 0],
  [500, 10_240, 500],
  ['auto', 1_000, 100],
  ['auto', 10_240, 256],
  ['auto', 102_400, 2_048],
  ['auto', 1_024_000, 4_096],
] as const)('with min-free %s a disk of %d MiB keeps %d MiB free', (minFreeMb, totalMib, freeMib) => {
  expect(leastFreeBytes(minFreeMb, totalMib * MIB)).toBeCloseTo(freeMib * MIB, -3)
})

const record = (id: number, receivedMs: number, visitorId = 'v') =>
  encodeRecord({
    kind: 'event',
    site: 'site',
    visitorId,
    receivedMs,
    atMs: receivedMs,
    event: { type: 'track', event: 'Viewed', messageId: `m${id}`, timestamp: '' },
  })

/** A log of segments with one event each, the older ones written the day before the younger. */
async function openLog(days: number) {
  const directory = join(await temporaryDirectory(), 'log')
  const log = await openSegments({ directory, segmentBytes: 1 })
  onTestFinished(() => log.close())
  for (let day = 0; day < days; day++) await log.append([record(day, day * DAY_MS)])
  for (const [day, { path }] of (await listSegments(directory)).entries())
    await utimes(path, day * 86_400, day * 86_400)
  return { directory, log }
}

async function collect(log: EventLog, offset: number): Promise<number[]> {
  const offsets: number[] = []
  for await (const entry of log.read(offset)) offsets.push(entry.offset)
  return offsets
}

function keeper(log: Awaited<ReturnType<typeof openLog>>['log'], options: object) {
  const told: string[] = []
  const common = { ending: [], isFolded: () => true, logDays: 0, logMb: 0, now: () => 20 * DAY_MS }
  const bounds = startRetention({
    log,
    resumesAt: async () => log.end,
    tell: (line) => told.push(line),
    onProblem: (problem) => told.push(problem),
    ...common,
    ...options,
  })
  onTestFinished(() => bounds.stop())
  return { bounds, told }
}

test('what is older than the age is removed from the log, file by file, and told', async () => {
  const { directory, log } = await openLog(10)
  const bases = (await listSegments(directory)).map(({ base }) => base)
  const { bounds, told } = keeper(log, { logDays: 15 })
  await bounds.look()
  expect((await listSegments(directory)).map(({ base }) => base)).toEqual(bases.slice(5))
  expect(log.begin).toBe(bases[5])
  expect(told).toEqual([expect.stringContaining(`the log begins at ${bases[5]} now`)])
})

test('what is not folded yet is never removed, however old, and the log goes on when all of it was', async () => {
  const { directory, log } = await openLog(10)
  const bases = (await listSegments(directory)).map(({ base }) => base)
  await keeper(log, { logDays: 1, resumesAt: async () => (bases[3] as number) + 1 }).bounds.look()
  expect(log.begin).toBe(bases[3])
  await keeper(log, { logDays: 1, resumesAt: async () => log.end - 1 }).bounds.look()
  expect(log.begin).toBe(bases[9])
  await keeper(log, { logDays: 1 }).bounds.look()
  const { end } = log
  expect(log.begin).toBe(end)
  expect((await listSegments(directory)).map(({ base }) => base)).toEqual([end])
  await keeper(log, { logDays: 1 }).bounds.look()
  expect(await log.append([record(99, 0)])).toBe(end)
  await log.close()
  const again = await openSegments({ directory })
  onTestFinished(() => again.close())
  expect([again.begin, again.end > end]).toEqual([end, true])
  expect(await collect(again, end)).toHaveLength(1)
})

test('a log that is emptied by age and then restarted goes on behind what was there', async () => {
  const { directory, log } = await openLog(3)
  await keeper(log, { logDays: 1 }).bounds.look()
  const { end } = log
  await log.close()
  const again = await openSegments({ directory })
  onTestFinished(() => again.close())
  expect([again.begin, again.end]).toEqual([end, end])
  expect(await again.append([record(1, 0)])).toBe(end)
})

test('a file of the log is written for a day at most, so that its events end with their age and not with the file', async () => {
  const directory = join(await temporaryDirectory(), 'log')
  let nowMs = 100 * DAY_MS
  const log = await openSegments({ directory, now: () => nowMs })
  onTestFinished(() => log.close())
  const starts: number[] = []
  for (let half = 0; half < 10; half++) {
    starts.push(await log.append([record(half, nowMs)]))
    nowMs += DAY_MS / 2
  }
  expect((await listSegments(directory)).map(({ base }) => base)).toEqual([0, 2, 4, 6, 8].map((half) => starts[half]))
  expect(await collect(log, 0)).toHaveLength(10)
})

test('appends that come while the log is trimmed are all there, in order', async () => {
  const { directory, log } = await openLog(5)
  const { bounds } = keeper(log, { logDays: 1 })
  const { end } = log
  const looks = Array.from({ length: 10 }, (_none, index) => [bounds.look(), log.append([record(index, 0)])]).flat()
  await Promise.all(looks)
  const rest = await collect(log, log.begin ?? 0)
  expect(rest.filter((offset) => offset >= end)).toHaveLength(10)
  await log.close()
  const again = await openSegments({ directory })
  onTestFinished(() => again.close())
  expect((await collect(again, again.begin ?? 0)).filter((offset) => offset >= end)).toHaveLength(10)
})

test('of torn logs the newest 16 pieces are kept, 64 MiB at most, and none that is older than the log may be', async () => {
  const { directory, log } = await openLog(1)
  await log.close()
  const nowS = 20 * 86_400
  const piece = async (index: number, sizeBytes: number, ageDays: number): Promise<void> => {
    const path = join(directory, `${String(index).padStart(20, '0')}.seg.cut-${index}`)
    await writeFile(path, '')
    await truncate(path, sizeBytes)
    await utimes(path, nowS, nowS - ageDays * 86_400)
  }
  const kept = async (): Promise<number[]> =>
    (await readdir(directory))
      .flatMap((name) => /\.cut-(\d+)$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((one, other) => one - other)
  for (let index = 0; index < 20; index++) await piece(index, 1, index)
  await boundPieces(directory)
  expect(await kept()).toEqual(Array.from({ length: 16 }, (_none, index) => index))
  const again = await openSegments({ directory })
  onTestFinished(() => again.close())
  await keeper(again, { logDays: 10 }).bounds.look()
  expect(await kept()).toEqual(Array.from({ length: 11 }, (_none, index) => index))
  await piece(2, 40 * MIB, 2)
  await piece(3, 40 * MIB, 3)
  await boundPieces(directory)
  expect(await kept()).toEqual([0, 1, 2])
  await piece(0, 100 * MIB, 0)
  await boundPieces(directory)
  expect(await kept()).toEqual([0])
})

test('without bounds nothing is removed; beyond the size the oldest is', async () => {
  const { log } = await openLog(6)
  await keeper(log, {}).bounds.look()
  expect(log.begin).toBe(0)
  await log.trim?.({ upTo: log.end, olderThanMs: -Infinity, maxBytes: log.end / 2 })
  expect(log.begin).toBeGreaterThanOrEqual(log.end / 2)
})

test('a log that begins later is folded from there, which is told as what it is, also after a restart', async () => {
  const { directory, log } = await openLog(6)
  await keeper(log, { logDays: 18 }).bounds.look()
  await log.close()
  const again = await openSegments({ directory })
  onTestFinished(() => again.close())
  expect(again.begin).toBe(log.begin)
  const store = openLmdbStore(await temporaryDirectory())
  const problems: string[] = []
  const consumer = foldLog({ log: again, store, onProblem: (problem) => problems.push(problem) })
  await consumer.caughtUp()
  await consumer.stop()
  expect(problems).toEqual([expect.stringContaining(`the log begins at ${again.begin}`)])
  expect((await store.base('site', 'v'))?.profile?.events).toEqual({ Viewed: 4 })
  await store.close()
})

const profilesOf = ({ removeEnded }: LmdbStore) => ({ name: 'profiles', removeEnded })

test('profiles end with their life, not before all events are folded; who comes back later begins anew', async () => {
  const store = openLmdbStore(await temporaryDirectory(), { now: () => 500 * DAY_MS })
  const log = await openSegments({ directory: join(await temporaryDirectory(), 'log') })
  await log.append([
    record(1, DAY_MS, 'gone'),
    record(2, DAY_MS, 'back'),
    record(3, 480 * DAY_MS, 'back'),
    record(4, 200 * DAY_MS, 'there'),
  ])
  const consumer = foldLog({ log, store, onProblem: () => undefined })
  await consumer.caughtUp()
  const isThere = async (id: string): Promise<boolean> => (await store.base('site', id)) !== undefined
  await keeper(log, { ending: [profilesOf(store)], isFolded: () => false }).bounds.look()
  expect(await isThere('gone')).toBe(true)
  const { bounds, told } = keeper(log, { ending: [profilesOf(store)] })
  await bounds.look()
  expect([await isThere('gone'), await isThere('back'), await isThere('there')]).toEqual([false, true, true])
  expect((await store.base('site', 'back'))?.profile?.events).toEqual({ Viewed: 1 })
  expect(told).toEqual([expect.stringContaining('1 profiles are removed')])
  await consumer.stop()
  await log.close()
  await store.close()
})

test('profiles that may be over are looked for with pauses, so that the service waits like any other, and at its end no more', async () => {
  const { log } = await openLog(1)
  const place = new Uint8Array() as never
  let looks = 0
  const removeEnded = async () => (++looks < 20 ? { removed: 0, place } : { removed: 0, place: undefined })
  const { bounds } = keeper(log, { ending: [{ name: 'profiles', removeEnded }] })
  const startMs = performance.now()
  await bounds.look()
  // 19 pauses of 10 ms; a timer of Node's may come a millisecond early. Only without pauses can it be less.
  expect(performance.now() - startMs).toBeGreaterThan(19 * 9)
  expect(looks).toBe(20)
  looks = 0
  const looking = bounds.look()
  await bounds.stop()
  await looking
  expect(looks).toBeLessThan(20)
})

test('the data directory and all in it are the service’s user’s alone, also where they were not', async () => {
  const directory = await temporaryDirectory()
  const data = join(directory, 'data')
  await mkdir(join(data, 'log'), { recursive: true })
  await writeFile(join(data, 'log', 'id'), 'x'.repeat(32))
  await writeFile(join(data, 'secret'), `${'s'.repeat(64)}\n`)
  for (const path of ['', 'log', 'log/id', 'secret'])
    await chmod(join(data, path), path === '' || path === 'log' ? 0o755 : 0o644)
  const { decide, batch, logged, service } = await startService({ dataDirectory: directory })
  await logged(({ msg }) => String(msg).includes('4 files and directories'))
  await batch((await decide()).body.token as string, [EVENTS.page])
  await service.caughtUp()
  for (const name of ['', ...(await readdir(data, { recursive: true }))]) {
    const found = await stat(join(data, name)).catch(() => undefined)
    if (found && !found.isSocket())
      expect([name, found.mode & 0o777]).toEqual([name, found.isDirectory() ? 0o700 : 0o600])
  }
})
