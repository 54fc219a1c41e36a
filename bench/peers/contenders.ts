import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { load, type LoadReport } from '../../lab/load/load.ts'
import { freePort } from '../../lab/network/free-port.ts'
import { createConnection } from '../../server/src/loadtest/connection.ts'
import { decideRequest } from '../../server/src/loadtest/requests.ts'
import { ensureDecideData } from '../decide/data.ts'
import { measuredChild, type MeasuredService, startBare, startMeasured, startNode } from '../decide/service.ts'
import { SITE } from '../decide/visitors.ts'
import { folderOf } from './install.ts'
import type { Peer, PeerRequest, ProgramPeer } from './peer.ts'
import { benchRules, isRight, type Question, questionsFrom } from './rules.ts'
import { type Contender, type Turn } from './table.ts'

/** Requests of a load: each turn has its own visitors. */
const REQUESTS = 20_000
const CONNECTIONS = 32
const WARM_UP_MS = 5_000
const BUSY_MS = 2_000
const STEADY_MS = 3_000

/** Requests a second at which latencies are measured: all servers can do that. */
export const RATE_PER_S = 500

/** Answers whose bytes are counted. */
const ANSWERS = 50

const START_MS = 10_000

/** A contender that runs. */
export interface Running extends Contender {
  /** @param first number of the first visitor. */
  turn(first: number): Promise<Turn>
  close(): Promise<void>
}

/** Questions of the turns so far, by the number of their first visitor: all servers are asked the same in a round. */
const asked = new Map<number, Question[]>()

function questionsOf(first: number): Question[] {
  const questions = asked.get(first) ?? questionsFrom(first, REQUESTS)
  asked.set(first, questions)
  return questions
}

type ToRequest = (question: Question) => string

const toOurs: ToRequest = ({ token }) => decideRequest(SITE, token)

/** Asks a peer by the request of our tag, with another path and body. */
function toPeer(ask: (question: Question) => PeerRequest): ToRequest {
  const [head = ''] = decideRequest(SITE).split('\r\n\r\n')
  const kept = head
    .split('\r\n')
    .slice(1)
    .filter((line) => !line.startsWith('Content-'))
  return (question) => {
    const { path, headers, body } = ask(question)
    const json = JSON.stringify(body)
    const own = { ...headers, 'Content-Type': 'application/json', 'Content-Length': json.length }
    const lines = Object.entries(own).map(([name, value]) => `${name}: ${value}`)
    return [`POST ${path} HTTP/1.1`, ...kept, ...lines, '', json].join('\r\n')
  }
}

async function bytesOf(port: number, requests: readonly string[]): Promise<number> {
  const connection = createConnection(port)
  let bytes = 0
  for (const request of requests.slice(0, ANSWERS)) {
    const { status, body } = await connection.send(request)
    if (status !== 200 || !isRight(body)) throw new Error(`not the experiences that fit: ${status} ${body}`)
    bytes += body.length
  }
  connection.close()
  return bytes / ANSWERS
}

async function loadOf(port: number, requests: string[], measureMs: number, ratePerS?: number): Promise<LoadReport> {
  const rate = ratePerS === undefined ? {} : { ratePerS }
  const report = await load({ port, requests, connections: CONNECTIONS, ...rate, warmUpMs: 0, measureMs })
  const isAnswered = Object.keys(report.statuses).join() === '200' && report.unanswered === 0
  if (!isAnswered) throw new Error(`requests failed: ${JSON.stringify(report)}`)
  return report
}

/** Warms a server up; its turns are as many requests as it can answer, and then a few of which the latencies are taken. */
async function serving(contender: Contender, service: MeasuredService, toRequest: ToRequest): Promise<Running> {
  const requestsFrom = (first: number): string[] => questionsOf(first).map(toRequest)
  try {
    await bytesOf(service.port, requestsFrom(0))
    await loadOf(service.port, requestsFrom(0), WARM_UP_MS)
  } catch (error) {
    await service.close()
    throw error
  }
  return {
    ...contender,
    async turn(first) {
      const requests = requestsFrom(first)
      const beforeUs = service.cpuUs()
      const { statuses } = await loadOf(service.port, requests, BUSY_MS)
      const cpuUs = (service.cpuUs() - beforeUs) / (statuses['200'] ?? 0)
      const { p50Ms, p99Ms } = await loadOf(service.port, requests, STEADY_MS, RATE_PER_S)
      return { cpuUs, p50Ms, p99Ms, bytes: await bytesOf(service.port, requests) }
    },
    close: () => service.close(),
  }
}

/** Each turn is a process of its own. */
function inProcess(contender: Contender): Running {
  const file = fileURLToPath(new URL('turn.ts', import.meta.url))
  return {
    ...contender,
    async turn(first) {
      const args = ['--conditions=source', file, contender.name, String(first)]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
      const ends = [text(child.stdout), text(child.stderr), once(child, 'exit')] as const
      const [output, errors, [code]] = await Promise.all(ends)
      if (code !== 0) throw new Error(errors.trim())
      return JSON.parse(output) as Turn
    },
    close: () => Promise.resolve(),
  }
}

async function isListening(port: number): Promise<boolean> {
  const connection = createConnection(port)
  const { status } = await connection.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  connection.close()
  return status > 0
}

async function startProgram(peer: ProgramPeer): Promise<MeasuredService> {
  const folder = await mkdtemp(join(tmpdir(), 'prepaint-peer-'))
  const port = await freePort()
  const args = await peer.prepare(benchRules(), folder, port)
  const child = spawn(join(folderOf(peer), 'bin', peer.name), args, { stdio: 'ignore' })
  const service = measuredChild(child, port)
  const lateMs = performance.now() + START_MS
  while (!(await isListening(port))) {
    if (child.exitCode !== null || performance.now() > lateMs) throw new Error(`${peer.name} does not listen`)
    await delay(50)
  }
  await rm(folder, { recursive: true })
  return service
}

/** Starts a peer that is installed. */
export async function startPeer(peer: Peer): Promise<Running> {
  const { name, version, lacks } = peer
  if (peer.kind === 'process') return inProcess({ name, version, lacks, place: 'in process' })
  const service =
    peer.kind === 'program'
      ? await startProgram(peer)
      : await startNode(['--conditions=source', fileURLToPath(new URL('serve.ts', import.meta.url)), name])
  return serving({ name, version, lacks, place: 'HTTP' }, service, toPeer(peer.request))
}

/** Starts the service over HTTP and in process, and the bare server, which comes first. */
export async function startOurs(): Promise<Running[]> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  const service = await startMeasured(await ensureDecideData())
  const connection = createConnection(service.port)
  const { body } = await connection.send(toOurs(questionsOf(0)[0] as Question))
  connection.close()
  const bare = { name: 'node:http', version: process.version, place: 'HTTP', lacks: 'decides nothing' } as const
  const ours = { name: 'prepaint-server', version, place: 'HTTP', lacks: '' } as const
  return [
    await serving(bare, await startBare(body), toOurs),
    await serving(ours, service, toOurs),
    inProcess({ ...ours, name: 'prepaint-server (its parts)', place: 'in process', lacks: 'no HTTP, no events' }),
  ]
}
