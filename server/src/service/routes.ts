import type { FastifyInstance } from 'fastify'
import type { Sites } from '../catalog/sites.ts'
import type { Consumer } from '../consumers/consumer.ts'
import { createDecider } from '../decide/decide.ts'
import type { ProfileReader } from '../decide/read/profile-reader.ts'
import { createVisits } from '../decide/resolve-visitor.ts'
import { createByteBudget } from '../http/app/byte-budget.ts'
import { createInflater } from '../http/app/content-encoding.ts'
import { createBodyReader } from '../http/app/read-body.ts'
import { refuseUnknown } from '../http/app/unknown-routes.ts'
import { createClientNetwork } from '../http/gate/client-network.ts'
import { createGeoReader } from '../http/gate/geo.ts'
import { createLimits } from '../http/gate/limits.ts'
import { createOriginGate } from '../http/gate/origin.ts'
import { routePreflight } from '../http/gate/preflight.ts'
import { routeBatch } from '../http/routes/batch.ts'
import { routeContextual } from '../http/routes/contextual.ts'
import { routeDecide } from '../http/routes/decide.ts'
import { routeDoctor } from '../http/routes/doctor.ts'
import { routeErase } from '../http/routes/erase.ts'
import { addEventScope } from '../http/routes/event-scope.ts'
import { routeHealth } from '../http/routes/health.ts'
import { routeOpenApi } from '../http/routes/openapi.ts'
import { routeRuntime } from '../http/routes/runtime.ts'
import { routeSegment } from '../http/routes/segment.ts'
import { createKeys } from '../identity/key.ts'
import { createLinkVerifier } from '../identity/link.ts'
import { createTokens } from '../identity/token.ts'
import { createAdmissionQueue } from '../ingest/admission-queue.ts'
import { createIngest } from '../ingest/ingest.ts'
import { createLinkMemory } from '../ingest/link-memory.ts'
import { type EventSink, tellAppends } from '../ingest/sink.ts'
import type { Settings } from '../settings/config.ts'
import type { Runtime } from '../snippet/runtime-files.ts'
import type { Counts } from './counts.ts'
import type { Data } from './open-data.ts'
import type { Readiness } from './readiness.ts'

/** Batches that are under way in all connections, in bytes: what is parsed of them takes several times as much. */
const MAX_EVENT_BYTES = 16_777_216

/** What the routes are made of. */
export interface RoutesOptions {
  settings: Settings
  sites: Sites
  runtime: Runtime
  data: Data
  profiles: ProfileReader
  consumer: Consumer
  counts: Counts
  report(problem: string, cause?: unknown): void
  readiness: Readiness
  /** Where visitors' events go: the same, unless the disk is nearly full. */
  eventSink: EventSink
  /** Ms since 1970. */
  now: () => number
}

/** Everything that the public can ask. */
export function addRoutes(app: FastifyInstance, options: RoutesOptions): void {
  const { settings, sites, runtime, profiles, consumer, counts, report, readiness, now } = options
  const { secret, log } = options.data
  // Where another service folds, this is the first that one hears of a profile's change.
  const sink = log ? options.data.sink : tellAppends(options.data.sink, profiles.forget)
  const tokens = createTokens({ secret, now })
  const keys = createKeys(secret)
  const clientNetwork = createClientNetwork(settings.trustedProxies)
  const limits = createLimits({ ...settings, clientNetwork, now: () => performance.now(), onRefused: counts.refused })
  const gate = createOriginGate(sites, settings.allowLoopbackOrigins, limits)
  const routeAt = refuseUnknown(app, gate.allow)
  const visitOf = createVisits({
    tokens,
    readProfile: profiles.read,
    verifyLink: createLinkVerifier(keys, now),
    rememberLink: createLinkMemory({
      sink,
      now,
      assume: profiles.assume,
      onFailure: (cause) => report('a link could not be remembered', cause),
    }),
    now,
    onStoreFailure(cause) {
      counts.failed('store')
      report('a profile could not be read', cause)
    },
  })
  const decide = createDecider({
    visitOf,
    now,
    onDecided: counts.decided,
    onEngineFailure(cause) {
      counts.failed('engine')
      report('the engine failed: every slot of this answer stays as the page has it', cause)
    },
  })
  const lane = createAdmissionQueue({ isBehind: consumer.isBehind })
  const ingest = createIngest({ sink: log ? options.eventSink : sink, now, onTaken: counts.taken })
  const events = { gate, keys, tokens, now, ingest, lane, onShed: () => counts.refused('overload') }
  const readGeo = createGeoReader(settings)
  routeDecide(app, { gate, keys, decide, readGeo })
  routeContextual(app, {
    sites,
    decide,
    readGeo,
    knowsGeo: Object.keys(settings.geoHeaders).length > 0,
    checkLimits: limits,
  })
  routeErase(app, { gate, keys, tokens, sink, now })
  routePreflight(app, gate, routeAt)
  const readBody = createBodyReader({
    budget: createByteBudget(MAX_EVENT_BYTES),
    inflate: createInflater(),
    onNoRoom: () => counts.refused('memory'),
  })
  addEventScope(app, { lane, readBody }, (corner) => {
    routeBatch(corner, events)
    routeSegment(corner, events)
  })
  routeRuntime(app, runtime)
  routeDoctor(app)
  routeOpenApi(app)
  routeHealth(app, readiness, false)
}
