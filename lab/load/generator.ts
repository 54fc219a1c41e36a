// Loads a service from a process of its own: takes LoadOptions as JSON on standard input, prints its LoadReport.
import { json } from 'node:stream/consumers'
import { createConnection } from '../../server/src/loadtest/connection.ts'
import { stalledPct, watchStalls } from '../../server/src/loadtest/stalls.ts'
import { quantile } from '../statistics.ts'
import type { LoadOptions, LoadReport } from './load.ts'

const { port, requests, connections, ratePerS, warmUpMs, measureMs, practicePort } = (await json(
  process.stdin,
)) as LoadOptions

/** Time for which it practises, in ms: until its own code is compiled. */
const PRACTICE_MS = 2_000

if (practicePort !== undefined) await practise(practicePort)
const idle = Array.from({ length: connections }, () => createConnection(port))
const waiting: number[] = []
const latenciesMs: number[] = []
const statuses: { [status: string]: number } = {}
const startMs = performance.now() + warmUpMs
const endMs = startMs + measureMs
let sent = 0
let answered = 0

/** Asks a server that is not measured, as fast as answers come. */
async function practise(practicePort: number): Promise<void> {
  const untilMs = performance.now() + PRACTICE_MS
  const asking = Array.from({ length: connections }, async () => {
    const connection = createConnection(practicePort)
    for (let turn = 0; performance.now() < untilMs; turn++)
      await connection.send(requests[turn % requests.length] as string)
    connection.close()
  })
  await Promise.all(asking)
}

function record(intendedMs: number, status: number): void {
  if (intendedMs < startMs) return
  latenciesMs.push(performance.now() - intendedMs)
  statuses[status] = (statuses[status] ?? 0) + 1
}

/** Sends what was due at `intendedMs`: the time that it waits for a free connection is part of its latency. */
async function ask(intendedMs: number): Promise<void> {
  const connection = idle.pop()
  if (!connection) return void waiting.push(intendedMs)
  const request = requests[sent++ % requests.length] as string
  const { status } = await connection.send(request)
  answered++
  record(intendedMs, status)
  idle.push(connection)
  const next = waiting.shift()
  if (next !== undefined) void ask(next)
}

/** Longest delay of a timer, in ms: the generator waits awake for that long before a request is due. */
const TIMER_LATE_MS = 2

/** Open loop: each request has its instant, whatever became of those before it. */
async function keepRate(rate: number): Promise<void> {
  const firstMs = startMs - warmUpMs
  const total = Math.round((rate * (endMs - firstMs)) / 1_000)
  const dueMs = (index: number): number => firstMs + (index * 1_000) / rate
  for (let index = 0; index < total;) {
    const nowMs = performance.now()
    for (; index < total && dueMs(index) <= nowMs; index++) void ask(dueMs(index))
    const idleMs = Math.floor(dueMs(index) - nowMs - TIMER_LATE_MS)
    await new Promise((resolve) => (idleMs > 0 ? setTimeout(resolve, idleMs) : setImmediate(resolve)))
  }
}

/** Closed loop: every connection asks again as soon as it is answered. */
async function keepBusy(): Promise<void> {
  const ends = idle.splice(0).map(async (connection) => {
    while (performance.now() < endMs) {
      const sentMs = performance.now()
      const { status } = await connection.send(requests[sent++ % requests.length] as string)
      answered++
      record(sentMs, status)
    }
    connection.close()
  })
  await Promise.all(ends)
}

const stalls = watchStalls()
await (ratePerS === undefined ? keepBusy() : keepRate(ratePerS))
const lateMs = performance.now() + 30_000
while (answered < sent && performance.now() < lateMs) await new Promise((resolve) => setTimeout(resolve, 10))
for (const connection of idle) connection.close()
const report: LoadReport = {
  statuses,
  unanswered: sent - answered + waiting.length,
  ratePerS: (latenciesMs.length * 1_000) / measureMs,
  p50Ms: quantile(latenciesMs, 0.5),
  p99Ms: quantile(latenciesMs, 0.99),
  p999Ms: quantile(latenciesMs, 0.999),
  maxMs: quantile(latenciesMs, 1),
  stalledPct: stalledPct(await stalls()),
}
process.stdout.write(`${JSON.stringify(report)}\n`, () => process.exit())
