import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import type { SpotAiring, Statement } from 'prepaint/engine'
import { expect, onTestFinished, test } from 'vitest'
import { startConsumer } from '../../../src/consumers/consumer.ts'
import { createTimelines, type Timelines } from '../../../src/consumers/tv/timelines.ts'
import { createTvProjection } from '../../../src/consumers/tv/tv-projection.ts'
import { encodeRecord, type TvRecord } from '../../../src/ingest/record.ts'
import { openSegments } from '../../../src/streams/file-log/segments.ts'
import type { EventLog, LogRecord } from '../../../src/streams/log.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const NOW = Date.UTC(2026, 10, 29, 20)
const now = (): number => NOW

function spotAt(minute: number, spot = 'roses'): SpotAiring {
  return { spot, fromMs: NOW + minute * 60_000, toMs: NOW + minute * 60_000 + 30_000 }
}

function said(...spots: SpotAiring[]): Statement {
  return { feed: 'itv', source: 'schedule', spots }
}

function record(...statements: Statement[]): LogRecord {
  return encodeRecord({ kind: 'tv', site: 'flora', receivedMs: NOW, statements })
}

/** Minutes at which roses air. */
function minutesOf(timelines: Timelines): number[] {
  return timelines
    .of('flora')
    .of('spot:roses')
    .items.map(({ fromMs }) => (fromMs - NOW) / 60_000)
}

async function openLog(): Promise<{ log: EventLog; path: string }> {
  const directory = await temporaryDirectory()
  const log = await openSegments({ directory: join(directory, 'log') })
  onTestFinished(() => log.close())
  return { log, path: join(directory, 'airings') }
}

/** Follows the log to its end; what is kept is kept at the end alone, unless it ends by a crash. */
async function follow(log: EventLog, path: string, { logId = 'one', crashes = false } = {}) {
  const problems: string[] = []
  const onProblem = (problem: string): unknown => problems.push(problem)
  const timelines = createTimelines({ now, onProblem })
  const projection = createTvProjection({ log, logId, path, timelines, now, onProblem, keepAfterMs: 3_600_000 })
  const consumer = startConsumer({ log, projections: [projection], onProblem })
  await projection.known
  await consumer.stop()
  if (!crashes) await projection.close()
  return { timelines, problems, from: (await projection.resume()).from }
}

test('airings are kept in a file, and only what the log has behind it is read at the next start', async () => {
  const { log, path } = await openLog()
  await log.append([record(said(spotAt(1))), record(said(spotAt(10)))])
  const first = await follow(log, path)
  expect([minutesOf(first.timelines), first.from]).toEqual([[1, 10], log.end])
  await log.append([record(said(spotAt(20)))])
  const second = await follow(log, path)
  expect([minutesOf(second.timelines), second.problems]).toEqual([[1, 10, 20], []])
})

test('the revision is the place in the log, and the same after a start', async () => {
  const { log, path } = await openLog()
  await log.append([record(said(spotAt(1)))])
  const revision = log.end
  const { timelines } = await follow(log, path)
  expect(timelines.of('flora').revision()).toBe(revision)
  expect((await follow(log, path)).timelines.of('flora').revision()).toBe(revision)
})

test('while something is not kept yet, the log is needed from where it was kept', async () => {
  const { log, path } = await openLog()
  await log.append([record(said(spotAt(1)))])
  const { from } = await follow(log, path)
  await log.append([record(said(spotAt(2)))])
  expect((await follow(log, path, { crashes: true })).from).toBe(from)
})

test.each<[string, (text: string) => string]>([
  ['cut off', (text) => text.slice(0, -3)],
  ['empty', () => ''],
  ['of a later version', (text) => text.replace('"v":1', '"v":2')],
  ['no JSON', () => 'airings'],
  ['changed in the middle', (text) => text.replace('"feed":"itv"', '"feed":7')],
])('a file that is %s is passed over, and the log says all again', async (_name, change) => {
  const { log, path } = await openLog()
  await log.append([record(said(spotAt(1)))])
  await follow(log, path)
  await writeFile(path, change(await readFile(path, 'utf8')))
  expect(minutesOf((await follow(log, path)).timelines)).toEqual([1])
})

test('a file of another log is passed over', async () => {
  const { log, path } = await openLog()
  await log.append([record(said(spotAt(1)))])
  await follow(log, path)
  const other = await openLog()
  await other.log.append([record(said(spotAt(5)))])
  expect(minutesOf((await follow(other.log, path, { logId: 'other' })).timelines)).toEqual([5])
})

test('what is said while the file is written waits for nothing, is kept the next time, and needs the log until then', async () => {
  const { log, path } = await openLog()
  const onProblem = (problem: string): unknown => expect.fail(problem)
  const all = createTimelines({ now, onProblem })
  const say = (spot: string, offset: number): Promise<void> => {
    const record = { kind: 'tv', site: 'flora', receivedMs: NOW, statements: [said(spotAt(offset, spot))] } as const
    return projection.apply([{ record, offset, nextOffset: offset + 1 }], offset + 1, () => undefined)
  }
  let meanwhile: Promise<unknown> | undefined
  let records = 0
  function* snapshot(): Iterable<TvRecord> {
    const taken = all.snapshot(NOW)
    meanwhile ??= Promise.all([say('late', 10), projection.resume().then(({ from }) => expect(from).toBe(0))])
    // So long a file that all that does not wait for its end is done before.
    for (records = 0; records < 1_000 && all.of('flora').of('spot:late').items.length === 0; records++)
      yield { kind: 'tv', site: 'flora', receivedMs: NOW, statements: [] }
    yield* taken
  }
  const timelines = { ...all, snapshot }
  const options = { log, logId: 'one', path, timelines, now, onProblem, keepAfterMs: 3_600_000 }
  const projection = createTvProjection(options)
  await projection.resume()
  await say('early', 0)
  await projection.close()
  await meanwhile
  expect(records).toBeLessThan(1_000)
  expect(await readFile(path, 'utf8')).toMatch(/"offset":1,.*early/s)
  expect(await readFile(path, 'utf8')).not.toContain('late')
  await projection.close()
  expect(await readFile(path, 'utf8')).toMatch(/"offset":11,.*late/s)
})

const statements = fc.array(
  fc
    .record({
      minutes: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }),
      from: fc.integer({ min: 0, max: 20 }),
      hasRange: fc.boolean(),
    })
    .map(({ minutes, from, hasRange }) => ({
      ...said(...minutes.map((minute) => spotAt(minute))),
      ...(hasRange ? { range: { fromMs: NOW + from * 60_000, toMs: NOW + (from + 5) * 60_000 } } : {}),
    })),
  { minLength: 1, maxLength: 10 },
)

test('wherever a service crashes or ends, the next start knows what it would have known', async () => {
  await fc.assert(
    fc.asyncProperty(statements, fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), async (all, ends) => {
      const whole = await openLog()
      await whole.log.append(all.map((statement) => record(statement)))
      const expected = minutesOf((await follow(whole.log, whole.path)).timelines)
      const { log, path } = await openLog()
      let seen: number[] = []
      for (const [index, statement] of all.entries()) {
        await log.append([record(statement)])
        seen = minutesOf((await follow(log, path, { crashes: ends[index] === true })).timelines)
      }
      expect(seen).toEqual(expected)
    }),
    { numRuns: 25 },
  )
})
