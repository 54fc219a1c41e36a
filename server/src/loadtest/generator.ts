import { setTimeout as delay } from 'node:timers/promises'
import type { MonotonicClock } from '../clock.ts'
import { createTokens } from '../identity/token.ts'
import { arrivals, type Burst, type Crowd } from './arrivals.ts'
import type { Answer } from './connection.ts'
import { createPacer } from './pacer.ts'
import { createPool } from './pool.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import type { Kind, TrafficReport } from './report.ts'
import { batchRequest, decideRequest } from './requests.ts'
import { readServiceMetrics } from './service-metrics.ts'
import { stalledPct, watchStalls } from './stalls.ts'
import { visitorBytes } from './visitors.ts'

/** Target, rate and duration of the traffic. */
export interface TrafficOptions extends Crowd {
  port: number
  /** Such as `http://127.0.0.1:4311`. */
  adminUrl: string
  site: string
  /** The service's: it signs the known visitors' tokens. */
  secret: string
  /** Of how many of 100 views the tag tells. */
  toldPct: number
  /** Time before anything is counted, in ms. */
  warmUpMs: number
  measureMs: number
  /** Times from the begin of what is counted. */
  burst?: Burst
}

/** Delay after a view until the tag reports it, in ms. */
const TOLD_AFTER_MS = 2_000

/** More than a browser's share each: decisions wait for the service, not for a connection. */
const CONNECTIONS = 128

/** Longest time before it is due at which a request is sent, in ms: waiting for it takes longer. */
const EARLY_MS = 0.1

/** Time for which answers are awaited after the end, in ms. */
const LATE_MS = 10_000

/** Before the measured time, when the service is asked for its metrics, in ms: writing them holds up its decisions. */
const METRICS_MS = 500

/** The same visitors in the same order each time. */
const SEED = 1

const TOKEN = /"token":"([^"]+)"/

/** Makes the tokens of known visitors. */
function createTokenOf({ site, secret }: TrafficOptions): (visitor: number) => string {
  let id: Buffer = Buffer.alloc(0)
  const tokens = createTokens({ secret, randomBytes: () => id })
  return (visitor) => {
    id = visitorBytes(visitor)
    return tokens.issue(site).token
  }
}

/** A view whose request is written: that takes the time before it is due, and none after. */
interface View {
  dueMs: number
  kind: Exclude<Kind, 'events'>
  token: string | undefined
  request: string
}

/** Page views as they come; times from the begin of what is counted. */
function viewsOf(options: TrafficOptions): () => View {
  const { site, warmUpMs, burst } = options
  const shifted = burst && { ...burst, fromMs: burst.fromMs + warmUpMs, untilMs: burst.untilMs + warmUpMs }
  const views = arrivals(options, shifted, SEED)
  const tokenOf = createTokenOf(options)
  return () => {
    const { dueMs, visitor } = views.next().value
    const token = visitor === undefined ? undefined : tokenOf(visitor)
    const kind = token === undefined ? 'new' : 'returning'
    return { dueMs: dueMs - warmUpMs, kind, token, request: decideRequest(site, token) }
  }
}

/** Sends what is due, whatever became of what was due before. `now` gives ms since the begin of the measured time. */
function createSender(options: TrafficOptions, recorder: Recorder, now: MonotonicClock) {
  const { port, site, toldPct } = options
  const pools = { decisions: createPool(port, CONNECTIONS), batches: createPool(port, CONNECTIONS) }
  const nextView = viewsOf(options)
  const toTell: { dueMs: number; token: string }[] = []
  let next = nextView()
  let underWay = 0

  async function ask(kind: Kind, dueMs: number, answered: Promise<Answer>): Promise<string> {
    // What was sent a moment early has taken no less time for it.
    const beganMs = Math.min(dueMs, now())
    underWay++
    const answer = await answered
    underWay--
    recorder.record(kind, beganMs, answer)
    return answer.body
  }

  async function view({ dueMs, kind, token: known, request }: View): Promise<void> {
    const body = await ask(kind, dueMs, pools.decisions.send(request))
    const token = known ?? TOKEN.exec(body)?.[1]
    if (token !== undefined && Math.random() * 100 < toldPct) toTell.push({ dueMs: now() + TOLD_AFTER_MS, token })
  }

  return {
    /** Sends all that is due; returns when the next is. */
    sendDue(): number {
      for (; next.dueMs <= now() + EARLY_MS; next = nextView()) void view(next)
      for (let due = toTell[0]; due && due.dueMs <= now(); due = toTell[0]) {
        toTell.shift()
        void ask('events', due.dueMs, pools.batches.send(batchRequest(site, due.token)))
      }
      return Math.min(next.dueMs, toTell[0]?.dueMs ?? Infinity)
    },
    /** Waits for the answers that are still to come; resolves with how many did not. */
    async finish(): Promise<number> {
      const lateMs = now() + LATE_MS
      while (underWay > 0 && now() < lateMs) await delay(10)
      for (const pool of Object.values(pools)) pool.close()
      return underWay
    },
  }
}

/**
 * Sends page views, each when it is due, and 2 s after its answer what the tag tells of it. Resolves when all is answered.
 */
export async function generateTraffic(options: TrafficOptions): Promise<TrafficReport> {
  const { adminUrl, warmUpMs, measureMs, burst } = options
  const pacer = createPacer()
  const beginMs = performance.now() + warmUpMs
  const now = (): number => performance.now() - beginMs
  const recorder = createRecorder({ now, measureMs, burst })
  const sender = createSender(options, recorder, now)

  async function sendUntil(endMs: number): Promise<void> {
    while (now() < endMs) {
      const dueMs = Math.min(endMs, sender.sendDue())
      if (dueMs > now()) await pacer.wait(dueMs - now())
    }
  }

  await sendUntil(-METRICS_MS)
  // Not waited for: the views that are due meanwhile leave in time.
  const metricsBefore = readServiceMetrics(adminUrl)
  await sendUntil(0)
  const [endStalls, beganMs] = [watchStalls(), Date.now()]
  await sendUntil(measureMs)
  const [before, after, stalls] = await Promise.all([metricsBefore, readServiceMetrics(adminUrl), endStalls()])
  const unanswered = await sender.finish()
  await pacer.close()
  const { report } = recorder
  const cpuS = ((after.cpuS - before.cpuS) * measureMs) / (measureMs + METRICS_MS)
  const residentBytes: [number, number] = [before.residentBytes, after.residentBytes]
  const service = { cpuS, residentBytes, eventLoopP99Ms: after.eventLoopP99Ms }
  return { ...report, unanswered, beganMs, stalledPct: stalledPct(stalls), service }
}
