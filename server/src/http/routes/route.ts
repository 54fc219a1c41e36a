import type { Airings } from 'prepaint/engine'
import type { Sites } from '../../catalog/sites.ts'
import type { WallClock } from '../../clock.ts'
import type { Decide } from '../../decide/decide.ts'
import type { AiringsServer } from '../../forwarding/serve-airings.ts'
import type { Keys } from '../../identity/key.ts'
import type { Tokens } from '../../identity/token.ts'
import type { AdmissionQueue } from '../../ingest/admission-queue.ts'
import type { Ingest } from '../../ingest/ingest.ts'
import type { EventSink } from '../../ingest/sink.ts'
import type { LiveStreams } from '../../live/live-streams.ts'
import type { Metrics } from '../../metrics/metrics.ts'
import type { Settings } from '../../settings/settings.ts'
import type { Runtime } from '../../snippet/runtime-files.ts'
import type { SiteTallies } from '../../tally/tallies.ts'
import type { DirectHandler } from '../app/direct.ts'
import type { ReadBody } from '../app/read-body.ts'
import type { RouteAddress, RouteHandler } from '../app/route.ts'
import type { ClientNetwork } from '../gate/client-network.ts'
import type { ReadGeo } from '../gate/geo.ts'
import type { CheckLimits } from '../gate/limits.ts'
import type { OriginGate } from '../gate/origin.ts'
import type { Health } from '../schema/health.ts'
import type { Operation } from '../schema/operation.ts'

/** The public's listener, or the operator's. */
export type Listener = 'public' | 'admin'

/** The parts of the service that routes may use. */
export interface RouteCore {
  /** The one for which the route is made. */
  listener: Listener
  settings: Settings
  metrics: Metrics
  now: WallClock
  sites: Sites
  runtime: Runtime
  /** Returns a chunk of this build or of another one, by its file name. */
  findChunk(name: string): Buffer | undefined | Promise<Buffer | undefined>
  keys: Keys
  tokens: Tokens
  gate: OriginGate
  checkLimits: CheckLimits
  readGeo: ReadGeo
  clientNetwork: ClientNetwork
  /** Returns what is known of a site's airings. */
  airingsOf(site: string): Airings
  /** Streams of live slots. */
  live: LiveStreams
  decide: Decide
  /** Takes the service's own orders, such as erasures, also while the disk is nearly full. */
  sink: EventSink
  /** Takes visitors' events. */
  ingest: Ingest
  lane: AdmissionQueue
  /** Reads the body of a batch. */
  readEvents: ReadBody
  /** Called for each batch that there was no room for. */
  onShed(): void
  health: Health
  /** Reads what reports are made of; absent if another service owns the log. */
  readTallies?: (site: string) => SiteTallies | undefined
  /** Intake of other services' events; absent if another service owns the log. */
  intake?: LogIntake
}

/** Takes in the events of services around one log. */
export interface LogIntake {
  /** Key that they show. */
  key: string
  /** Tells them what is on TV. */
  airings: AiringsServer
  sink: EventSink
  /** True when what has been taken in already is too much. */
  isBehind: () => boolean
}

/** One route, on the public's listener unless `isAdmin`: what OpenAPI says of it, what it takes, and what answers it. */
export interface Route extends Operation, Omit<RouteAddress, 'method' | 'pattern'> {
  /** As the router and the metrics write its address. Default: the path. */
  pattern?: string
  /** On the operator's listener, too. */
  isOnBoth?: true
  /** Makes what answers it; undefined where the service has no such route. */
  create(core: RouteCore): RouteHandler | DirectHandler | undefined
}
