import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { machineMs } from '../../lab/load/gaps.ts'
import { load } from '../../lab/load/load.ts'
import { createConnection } from '../../server/src/loadtest/connection.ts'
import { ensureDecideData } from './data.ts'
import { COLLECTION, readProfile, sharesOf } from './profile.ts'
import { decideRequests } from './requests.ts'
import { type MeasuredService, startBare, startMeasured } from './service.ts'

/** Loads of each server, in turns; the first of them makes code and store warm. */
const ROUNDS = 5
const MEASURE_MS = 2_000

/** More requests than either server answers in a load. */
const REQUESTS = 160_000

/** Rows by the files whose time they are, the first that fits. */
const ROWS: readonly (readonly [row: string, files: RegExp])[] = [
  ['answer text', /\/decide\/answer-bytes/],
  ['identity', /\/identity\//],
  ['decoding', /\/profiles\/|lmdb-row/],
  ['store read', /\/stores\/|\/decide\/read\/|node_modules\/(lmdb|msgpackr|ordered-binary)/],
  ['engine', /\/decide\/|dist\/engine/],
  ['body', /\/http\/app\/(body|read-body|byte-budget|repeated-key|turns)|\/validate|typebox/],
  ['counters and hooks', /server\/dist\/|node_modules\//],
]

/** Node's own server, whoever calls it; its other modules work for their callers. */
const NODE_HTTP = /^node:(_http|net$|internal\/(stream|http|timers)|_stream)/

function rowOf(url: string): string | undefined {
  if (NODE_HTTP.test(url)) return ''
  if (url.startsWith('node:') || url === '') return undefined
  return ROWS.find(([, files]) => files.test(url))?.[0] ?? 'counters and hooks'
}

/** Times of one request, in µs. */
interface Costs {
  userUs: number
  systemUs: number
  othersUs: number
  shares: Map<string, number>
}

/** One of the servers that are compared. */
interface Form {
  service: MeasuredService
  profiles: string
  windows: { fromMs: number; untilMs: number }[]
  spent: { userUs: number; systemUs: number; othersUs: number; answered: number }
}

async function startForm(start: (flags: readonly string[]) => Promise<MeasuredService>): Promise<Form> {
  const profiles = await mkdtemp(join(tmpdir(), 'prepaint-ledger-'))
  const service = await start(['--cpu-prof', `--cpu-prof-dir=${profiles}`])
  return { service, profiles, windows: [], spent: { userUs: 0, systemUs: 0, othersUs: 0, answered: 0 } }
}

async function loadForm({ service, windows, spent }: Form, requests: string[], isWarm: boolean): Promise<void> {
  const before = service.cpuTime()
  const fromMs = machineMs()
  const { statuses } = await load({
    port: service.port,
    requests,
    connections: 32,
    warmUpMs: 0,
    measureMs: MEASURE_MS,
  })
  const answered = statuses['200'] ?? 0
  if (Object.keys(statuses).length !== 1 || answered > REQUESTS) throw new Error(JSON.stringify(statuses))
  if (!isWarm) return
  const after = service.cpuTime()
  windows.push({ fromMs, untilMs: machineMs() })
  spent.answered += answered
  for (const name of ['userUs', 'systemUs', 'othersUs'] as const) spent[name] += after[name] - before[name]
}

async function endForm({ service, profiles, windows, spent }: Form): Promise<Costs> {
  await service.close()
  const shares = sharesOf(readProfile(profiles), rowOf, windows)
  await rm(profiles, { recursive: true })
  const { userUs, systemUs, othersUs, answered } = spent
  return { userUs: userUs / answered, systemUs: systemUs / answered, othersUs: othersUs / answered, shares }
}

/** Time of Node's own code alone: neither the kernel's, nor that of what the server does with the question. */
function nodeUs({ userUs, systemUs, shares }: Costs): number {
  return (shares.get('') ?? 0) * (userUs + systemUs) - systemUs
}

/**
 * Measures where the microseconds of a decision over HTTP go. A bare server and the service are loaded in turns, each request with
 * a token that no other has, both with V8's profiler on, which makes both dearer. What Node's own server takes more of in the service, such as for a text of many
 * pieces, is attributed to nothing.
 */
export async function measureLedger(): Promise<{ [row: string]: { us: number; pct: number } }> {
  const data = await ensureDecideData()
  const requests = decideRequests(REQUESTS * ROUNDS)
  const ours = await startForm((flags) => startMeasured(data, flags))
  const connection = createConnection(ours.service.port)
  const { body } = await connection.send(requests[0] as string)
  connection.close()
  const bare = await startForm((flags) => startBare(body, flags))
  for (let round = 0; round < ROUNDS; round++) {
    const part = requests.slice(round * REQUESTS, (round + 1) * REQUESTS)
    for (const form of [bare, ours]) await loadForm(form, part, round > 0)
  }
  const floor = await endForm(bare)
  const costs = await endForm(ours)
  const mainUs = costs.userUs + costs.systemUs
  const ofRow = (row: string): number => (costs.shares.get(row) ?? 0) * mainUs
  const rows: [row: string, us: number][] = [
    ['kernel', costs.systemUs],
    ['bare server', nodeUs(floor)],
    ...[...ROWS].reverse().map(([row]): [string, number] => [row, ofRow(row)]),
    ['GC', ofRow(COLLECTION) + costs.othersUs],
  ]
  const totalUs = mainUs + costs.othersUs
  rows.push(['not attributed', totalUs - rows.reduce((sum, [, us]) => sum + us, 0)])
  rows.push(['total', totalUs], ['the whole bare server', floor.userUs + floor.systemUs + floor.othersUs])
  const rounded = (value: number): number => Math.round(value * 10) / 10
  return Object.fromEntries(rows.map(([row, us]) => [row, { us: rounded(us), pct: rounded((us / totalUs) * 100) }]))
}
