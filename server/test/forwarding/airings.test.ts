import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import type { Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { spotAt, stateTv, TV_CATALOG, TV_SECRET } from '../../../lab/tv/site.ts'
import { createTimelines, type Timelines } from '../../src/consumers/tv/timelines.ts'
import { BEGIN, KNOWN, recordOfLine } from '../../src/forwarding/airings-line.ts'
import { type AiringsResponse, serveAirings } from '../../src/forwarding/serve-airings.ts'
import { deadStore } from '../support/dead-store.ts'
import { readLive } from '../support/live-stream.ts'
import { type RunningService, startService, temporaryDirectory } from '../support/start-service.ts'

const START = Date.UTC(2026, 10, 29, 20)
const MINUTE = 60_000
const now = (): number => START

function startOwner(dataDirectory?: string, adminPort = 0): Promise<RunningService> {
  const config = { secret: TV_SECRET, catalog: TV_CATALOG, adminPort }
  return startService(dataDirectory === undefined ? config : { ...config, dataDirectory }, { now })
}

function startFollower(ownerUrl: string): Promise<RunningService> {
  const store = 'cql://127.0.0.1/none?dc=none'
  const config = { secret: TV_SECRET, catalog: TV_CATALOG, store, forwardEvents: ownerUrl }
  return startService(config, { now, store: deadStore() })
}

const live = (url: string): ReturnType<typeof readLive> => readLive(`${url}/v1/live?site=flora`)

test('a follower hears of an airing that the owner is told, and the other way round', async () => {
  const owner = await startOwner()
  const follower = await startFollower(owner.service.adminAddress?.url as string)
  const [atOwner, atFollower] = [await live(owner.url), await live(follower.url)]
  await Promise.all([atOwner.message(0), atFollower.message(0)])
  const sinceMs = performance.now()
  expect(await stateTv(owner.url, { statements: [spotAt(START - MINUTE)] })).toBe(202)
  const [first, second] = await Promise.all([atOwner.message(1), atFollower.message(1)])
  expect(performance.now() - sinceMs).toBeLessThan(1_000)
  expect(second).toEqual(first)
  expect(second.slots['hero']?.reason).toBe('match')
  expect(await stateTv(follower.url, { switches: [{ scope: 'all', isOff: true }] })).toBe(202)
  expect(await Promise.all([atOwner.message(2), atFollower.message(2)])).toMatchObject([
    { stop: ['hero'] },
    { stop: ['hero'] },
  ])
})

test('a follower keeps what it knows while the owner is away, and hears what was said meanwhile', async () => {
  const dataDirectory = await temporaryDirectory()
  const first = await startOwner(dataDirectory)
  const adminUrl = first.service.adminAddress?.url as string
  await stateTv(first.url, { statements: [spotAt(START - MINUTE)] })
  const follower = await startFollower(adminUrl)
  const stream = await live(follower.url)
  await expect.poll(() => stream.messages().at(-1)?.slots['hero']?.reason, { timeout: 10_000 }).toBe('match')
  await first.service.close()
  expect((await (await live(follower.url)).message(0)).slots['hero']?.reason).toBe('match')
  // The new owner learns of the order before the follower is back.
  const second = await startOwner(dataDirectory, Number(new URL(adminUrl).port))
  await stateTv(second.url, { switches: [{ scope: 'spot', name: 'roses-30', isOff: true }] })
  await expect.poll(() => stream.messages().at(-1), { timeout: 10_000 }).toMatchObject({ stop: ['hero'] })
})

test('a follower whose owner cannot be reached answers without TV', async () => {
  const follower = await startFollower('http://127.0.0.1:9')
  expect((await (await live(follower.url)).message(0)).slots).toEqual({ hero: { reason: 'no-match' } })
  const isReady = async (): Promise<number> =>
    (await fetch(`${follower.service.adminAddress?.url as string}/readyz`)).status
  await expect.poll(isReady, { timeout: 10_000 }).toBe(200)
})

test('nobody without the key hears what is on TV by the admin listener', async () => {
  const owner = await startOwner()
  const answer = await fetch(`${owner.service.adminAddress?.url as string}/v1/tv/records`)
  expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: 'key_invalid' } }])
})

/** An answer whose reader takes a line and then waits. */
class SlowAnswer extends EventEmitter implements AiringsResponse {
  readonly lines: string[] = []
  readonly writableLength = 0
  destroyed = false
  write(text: string): boolean {
    this.lines.push(text.trimEnd())
    setImmediate(() => this.emit('drain'))
    return false
  }
  end(): void {
    this.destroy()
  }
  destroy(): void {
    this.destroyed = true
    this.emit('close')
  }
}

function take(timelines: Timelines, lines: readonly string[]): void {
  const replacement = timelines.replace()
  const known = lines.indexOf(KNOWN)
  for (const [index, line] of lines.entries()) {
    if (line === BEGIN || line === '') continue
    if (line === KNOWN) {
      replacement.use()
      continue
    }
    const { record, revision } = recordOfLine(line)
    ;(index < known ? replacement : timelines).apply(record, revision)
  }
}

const statement = fc.record(
  {
    feed: fc.constantFrom('a', 'b'),
    source: fc.constantFrom('schedule', 'partner', 'as-run'),
    range: fc
      .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 9 }))
      .map(([from, length]) => ({ fromMs: START + from * MINUTE, toMs: START + (from + length) * MINUTE })),
    spots: fc.array(
      fc.tuple(fc.constantFrom('x', 'y'), fc.integer({ min: 0, max: 30 })).map(([spot, at]) => {
        const fromMs = START + at * MINUTE
        return { spot, fromMs, toMs: fromMs + 30_000 }
      }),
      { maxLength: 4 },
    ),
  },
  { requiredKeys: ['feed', 'source', 'spots'] },
)

test('what changes while all is told ends in the same timelines, under the same revision', async () => {
  const states = fc.array(statement, { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(states, states, fc.integer({ min: 0, max: 5 }), async (before, meanwhile, everyTurns) => {
      const quiet = { now, onProblem: () => undefined }
      const [timelines, copy] = [createTimelines(quiet), createTimelines(quiet)]
      let revision = 0
      const state = (said: unknown, site = 'flora'): void =>
        timelines.apply({ kind: 'tv', site, receivedMs: START, statements: [said as Statement] }, ++revision)
      for (const said of before) state(said)
      const server = serveAirings({ timelines, known: Promise.resolve(), now })
      const answer = new SlowAnswer()
      const served = server.serve(answer)
      for (const [index, said] of meanwhile.entries()) {
        for (let turns = 0; turns < everyTurns; turns++) await turn()
        state(said, index % 5 === 4 ? 'late' : 'flora')
      }
      await served
      take(copy, answer.lines)
      // A time of which a stronger source has said all need not be said again.
      const all = (from: Timelines): string[] =>
        [...from.snapshot(START)]
          .filter(({ statements: [said] }) => said && !said.range)
          .map((record) => JSON.stringify(record))
      expect(all(copy).sort()).toEqual(all(timelines).sort())
      for (const site of ['flora', 'late']) expect(copy.of(site).revision()).toBe(timelines.of(site).revision())
      server.close()
    }),
    { numRuns: 100 },
  )
})

test('a reader that is gone is told nothing more', async () => {
  const timelines = createTimelines({ now, onProblem: () => undefined })
  const server = serveAirings({ timelines, known: Promise.resolve(), now })
  const answer = new SlowAnswer()
  await server.serve(answer)
  answer.destroy()
  await turn()
  timelines.apply({ kind: 'tv', site: 'flora', receivedMs: START, statements: [spotAt(START)] }, 1)
  expect(answer.lines).toEqual([BEGIN, KNOWN])
  server.close()
})

test('a reader that goes before all is known is told nothing', async () => {
  const timelines = createTimelines({ now, onProblem: () => undefined })
  const { promise: known, resolve } = Promise.withResolvers<void>()
  const server = serveAirings({ timelines, known, now })
  const answer = new SlowAnswer()
  const served = server.serve(answer)
  answer.destroy()
  resolve()
  await served
  timelines.apply({ kind: 'tv', site: 'flora', receivedMs: START, statements: [spotAt(START)] }, 1)
  expect(answer.lines).toEqual([])
  server.close()
})
