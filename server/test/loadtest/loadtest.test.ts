import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type Arrival, arrivals, type Burst, type Crowd } from '../../src/loadtest/arrivals.ts'
import { barsOf } from '../../src/loadtest/bars.ts'
import { addLatency, countOf, joinLatencies, noLatencies, quantileMs } from '../../src/loadtest/latencies.ts'
import { createPool } from '../../src/loadtest/pool.ts'
import { createRandom, uniform, zipf } from '../../src/loadtest/random.ts'
import { createRecorder } from '../../src/loadtest/recorder.ts'
import { latencySvg } from '../../src/loadtest/svg.ts'

function latenciesOf(times: readonly number[]) {
  const latencies = noLatencies()
  for (const time of times) addLatency(latencies, time)
  return latencies
}

const thousand = Array.from({ length: 1_000 }, (_none, index) => (index + 1) / 10)

test('quantiles are at most 1 % too large and never too small', () => {
  const latencies = latenciesOf(thousand)
  for (const share of [0.001, 0.5, 0.95, 0.99]) {
    const exact = thousand[Math.ceil(share * 1_000) - 1] as number
    expect(quantileMs(latencies, share)).toBeGreaterThanOrEqual(exact)
    expect(quantileMs(latencies, share)).toBeLessThanOrEqual(exact * 1.01)
  }
  expect(quantileMs(latencies, 1)).toBe(100)
  expect(quantileMs(noLatencies(), 0.5)).toBeNaN()
})

test('times of several are joined as if they were one', () => {
  const [early, late] = [thousand.slice(0, 300), thousand.slice(300)]
  expect(joinLatencies([latenciesOf(early), latenciesOf(late)])).toEqual(latenciesOf(thousand))
})

test('bars hold everything, between the first and the last that hold anything', () => {
  const bars = barsOf(latenciesOf([0.3, 0.4, 3, 70_000]))
  expect(bars.map(({ untilMs }) => untilMs)).toEqual([
    0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000,
  ])
  expect(bars.map(({ pct }) => pct)).toEqual([50, 0, 0, 25, ...Array.from({ length: 11 }, () => 0), 25])
})

test('the picture says its quantiles, and what is told by others is text in it', () => {
  const svg = latencySvg('<script>cql://h/k', latenciesOf(thousand))
  expect(svg).toContain('p99 ')
  expect(svg).not.toContain('<script')
  expect(svg.match(/<rect x=/g)).toHaveLength(barsOf(latenciesOf(thousand)).length)
})

const CROWD: Crowd = { ratePerS: 1_000, profiles: 1_000, isUniform: true, newPct: 10 }

function until(endMs: number, crowd: Crowd, burst?: Burst): Arrival[] {
  const found: Arrival[] = []
  for (const arrival of arrivals(crowd, burst, 7)) {
    if (arrival.dueMs >= endMs) return found
    found.push(arrival)
  }
  return found
}

test('so many views come a second, so many of them are first ones, and the same each time', () => {
  const views = until(20_000, CROWD)
  expect(views.length / 20).toBeGreaterThan(970)
  expect(views.length / 20).toBeLessThan(1_030)
  const first = views.filter(({ visitor }) => visitor === undefined).length
  expect(first / views.length).toBeCloseTo(0.1, 1)
  expect(until(20_000, CROWD)).toEqual(views)
})

test('in a burst more come, and half of those who are added come for the first time', () => {
  const burst = { fromMs: 5_000, untilMs: 10_000, factor: 4 }
  const views = until(15_000, CROWD, burst)
  const during = views.filter(({ dueMs }) => dueMs >= 5_000 && dueMs < 10_000)
  expect(during.length / 5_000).toBeCloseTo(4, 0)
  expect(views.filter(({ dueMs }) => dueMs >= 10_000).length / 5_000).toBeCloseTo(1, 0)
  const first = during.filter(({ visitor }) => visitor === undefined).length
  expect(first / during.length).toBeCloseTo((0.1 + 3 * 0.5) / 4, 1)
})

function frequencies(pick: typeof zipf, count: number, picks: number): number[] {
  const random = createRandom(3)
  const found = Array.from({ length: count }, () => 0)
  for (let turn = 0; turn < picks; turn++) {
    const index = pick(count, random)
    found[index] = (found[index] as number) + 1
  }
  return found
}

test("by Zipf's law few come very often; uniformly all come alike, and nobody is left out", () => {
  const skewed = frequencies(zipf, 100, 100_000)
  expect(Math.min(...skewed)).toBeGreaterThan(0)
  expect((skewed[0] as number) / (skewed[9] as number)).toBeGreaterThan(5)
  const even = frequencies(uniform, 100, 100_000)
  expect(Math.max(...even) / Math.min(...even)).toBeLessThan(1.5)
})

test('a recorder counts from when a request was due, and not what was due before the measured time', () => {
  let nowMs = 0
  const { record, report } = createRecorder({
    now: () => nowMs,
    measureMs: 1_000,
    burst: { fromMs: 200, untilMs: 400, factor: 2 },
  })
  const answer = (tier: string) => ({ status: 200, body: `{"slots":{"a":{"tier":"${tier}"}}}` })
  nowMs = 100
  record('returning', -1, answer('live'))
  record('returning', 90, answer('live'))
  nowMs = 310
  record('returning', 300, answer('contextual'))
  record('new', 305, { status: 0, body: '' })
  expect(report.kinds.returning).toMatchObject({ statuses: { 200: 2 }, tiers: { live: 1, contextual: 1 } })
  expect(report.kinds.returning.latencies.maxMs).toBe(10)
  expect(report.kinds.new).toMatchObject({ statuses: { 0: 1 }, tiers: {} })
  expect(countOf(report.burst)).toBe(2)
  expect([
    report.timeline.asked[0],
    report.timeline.live[0],
    report.timeline.asked[3],
    report.timeline.live[3],
  ]).toEqual([1, 1, 1, 0])
})

test('requests wait for a free connection, and one whose connection breaks is answered with 0', async () => {
  let open = 0
  let most = 0
  const server = createServer((socket) => {
    open++
    most = Math.max(most, open)
    socket.on('close', () => open--)
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      if (data.includes('break')) socket.destroy()
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const pool = createPool((server.address() as { port: number }).port, 2)
  const answers = await Promise.all(['a', 'b', 'break', 'c', 'd', 'e'].map((text) => pool.send(text)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 0, 200, 200, 200])
  expect(answers[3]?.body).toBe('ok')
  expect(most).toBeLessThanOrEqual(2)
  pool.close()
})
