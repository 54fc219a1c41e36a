import { randomBytes } from 'node:crypto'
import { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Site } from '../catalog/site.ts'
import type { Sites } from '../catalog/sites.ts'
import { createTimelines } from '../consumers/tv/timelines.ts'
import { createProfileReader } from '../decide/read/profile-reader.ts'
import { createApp } from '../http/app/app.ts'
import { createRequestCounts } from '../http/app/request-counts.ts'
import { addRoute } from '../http/app/route.ts'
import { createDecideHandler, decideRoute } from '../http/routes/decide.ts'
import { createTokens } from '../identity/token.ts'
import { createMetrics } from '../metrics/metrics.ts'
import type { ServiceCore } from './core.ts'
import { createCounts } from './counts.ts'
import { createDecideCore } from './route-core.ts'

/** Longest time that a start takes for it, in ms, and the most batches of questions. */
const MAX_MS = 300
const MAX_BATCHES = 50

/** Questions that are sent at once. */
const BATCH = 20

/** Limits that nobody reaches, so that requests are counted in them all the same. */
const UNREACHED = 1_000_000_000

const USER_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

function nothing(): void {
  // What is asked here is nobody's question.
}

/** Makes an app with the one route, which counts, keeps and logs for nobody. */
function createRehearsal(core: ServiceCore, sites: Sites, secret: string): FastifyInstance {
  const metrics = createMetrics(false)
  const counts = createCounts(metrics)
  const limits = { visitorPerMinute: UNREACHED, networkPerMinute: UNREACHED, sitePerMinute: UNREACHED }
  const settings = { ...core.settings, ...limits, logRequests: false }
  const app = createApp({ ...settings, logStream: { write: nothing }, onEnd: createRequestCounts(metrics) })
  const store = { readFacts: () => undefined }
  const reading = { budgetMs: () => UNREACHED, profileCacheBytes: 0, onRead: counts.read }
  const decideCore = createDecideCore(
    { ...core, metrics, counts, settings, report: nothing, tell: nothing },
    {
      secret,
      profiles: createProfileReader({ store, ...reading }),
      sink: { append: () => Promise.resolve() },
      readDefinitions: () => new Map(),
      timelines: createTimelines({ now: core.now, onProblem: nothing }),
    },
    sites,
  )
  addRoute(app, { ...decideRoute, pattern: decideRoute.path }, createDecideHandler(decideCore))
  return app
}

/** The first view of somebody new, or with a token a later one. */
function questionOf({ name, origins }: Site, token: string | undefined): string {
  const [origin = 'https://www.brand.example'] = origins
  const page = { path: '/', campaign: 'warm-up', source: 'warm-up', referrer: '' }
  const session = { views: 1, visits: 1 }
  const text = JSON.stringify({ v: 1, site: name, consent: 'granted', token, page, session, utcOffsetMin: 60 })
  const head = [`Host: ${new URL(origin).host}`, `Origin: ${origin}`, `User-Agent: ${USER_AGENT}`, 'Accept: */*']
  const more = ['Sec-Fetch-Site: same-origin', 'Accept-Language: en', 'Content-Type: text/plain;charset=UTF-8']
  return ['POST /v1/decide HTTP/1.1', ...head, ...more, `Content-Length: ${text.length}`, '', text].join('\r\n')
}

/** A connection without a network. */
function openConnection(app: FastifyInstance) {
  let awaited = 0
  let onDone = nothing
  const socket = new Duplex({
    read: nothing,
    write(chunk: Buffer, _encoding, done) {
      awaited -= chunk.toString('latin1').split('HTTP/1.1 ').length - 1
      if (awaited <= 0) onDone()
      done()
    },
  })
  socket.on('close', () => onDone())
  app.server.emit('connection', socket)
  return {
    /** Sends questions; resolves when they are answered, or nobody answers any more. */
    async ask(questions: readonly string[]): Promise<void> {
      if (socket.destroyed) return
      awaited = questions.length
      await new Promise<void>((resolve) => {
        onDone = resolve
        // A start waits for no answer that does not come.
        setTimeout(resolve, MAX_MS).unref()
        socket.push(Buffer.from(questions.join(''), 'latin1'))
      })
    },
    close: () => void socket.destroy(),
  }
}

/** Code that is compiled is the process's, whatever services it has. */
let isWarm = false

/**
 * Answers questions that nobody has asked: V8 compiles a function when it is first called, and interprets it until it has
 * been called often. Nothing of them is counted, kept or logged, and tokens are signed with a secret that is thrown away.
 */
export async function warmUp(core: ServiceCore, sites: Sites): Promise<void> {
  const asked = sites.all()
  if (isWarm || asked.length === 0) return
  isWarm = true
  const secret = randomBytes(32).toString('base64url')
  const tokens = createTokens({ secret, now: core.now })
  const app = createRehearsal(core, sites, secret)
  await app.ready()
  const connection = openConnection(app)
  const untilMs = performance.now() + MAX_MS
  for (let batch = 0; batch < MAX_BATCHES && performance.now() < untilMs; batch++) {
    const site = asked[batch % asked.length] as Site
    // Most are of visitors who have been there before.
    const questions = Array.from({ length: BATCH }, (_none, index) =>
      questionOf(site, index % 4 === 0 ? undefined : tokens.issue(site.name).token),
    )
    await connection.ask(questions)
  }
  connection.close()
  app.server.close()
  await app.close()
}
