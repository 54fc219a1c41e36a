import type { FastifyBaseLogger } from 'fastify'
import type { ReadAside } from '../catalog/aside.ts'
import type { NextTurn, WallClock } from '../clock.ts'
import type { Consumer } from '../consumers/consumer.ts'
import type { Timelines } from '../consumers/tv/timelines.ts'
import type { ReadDefinitions } from '../decide/features-of.ts'
import type { ProfileReader } from '../decide/read/profile-reader.ts'
import type { LogStream } from '../http/app/app.ts'
import type { ChargeExchange } from '../http/gate/limits.ts'
import type { LogIntake, RouteCore } from '../http/routes/route.ts'
import type { EventSink } from '../ingest/sink.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Settings } from '../settings/settings.ts'
import type { Chunks } from '../snippet/chunks.ts'
import type { ProfileStore } from '../stores/store.ts'
import type { EventLog } from '../streams/log.ts'
import type { SiteTallies } from '../tally/tallies.ts'
import type { Counts } from './counts.ts'
import type { DiskSpace } from './disk-space.ts'
import type { ListenOptions } from './listen.ts'
import type { Parts } from './part.ts'
import type { CatalogAgreement, SiteDeclarations } from './reload-catalogs.ts'

/** Parts that may stand in for the service's own; it closes them too. */
export interface ServiceParts {
  /** Default: LMDB in the data directory. */
  store?: ProfileStore
  /** Default: segment files in the data directory. */
  log?: EventLog
  /** Takes the log lines, JSON each. Default: standard output. */
  logStream?: LogStream
  /** Ms since 1970. Default `Date.now`. */
  now?: () => number
  /** Uniform in [0, 1). Default `Math.random`. */
  random?: () => number
  /** Room on the disk of the data directory. Default: what the system says. */
  readSpace?: () => Promise<DiskSpace>
  /** Folder of the built tag and its chunks. Default: that of the package `prepaint`. */
  builtDirectory?: string
  /** A listening socket that the process was started with; `host` and `port` are not used then. */
  socketFd?: number | undefined
}

/** Dependencies that every part of a service shares. */
export interface ServiceCore {
  settings: Settings
  given: ServiceParts
  parts: Parts
  metrics: Metrics
  counts: Counts
  logger: FastifyBaseLogger
  /** Writes an error into the service's log. */
  report(problem: string, cause?: unknown): void
  /** Writes a warning. */
  tell(message: string): void
  now: WallClock
  /** Turns of the event loop that ingest and folding share: one of them has a slice of each. */
  nextTurn: NextTurn
  /** Those of this build. */
  chunks: Chunks
}

/** Differences between the service that owns the log and one that follows. */
export interface Assembly {
  secret: string
  store: ProfileStore
  profiles: ProfileReader
  /** Takes the service's own records. */
  sink: EventSink
  /** Takes visitors' events: the same, but for a disk that is nearly full. */
  eventSink: EventSink
  consumer: Consumer
  intake?: LogIntake
  findChunk: RouteCore['findChunk']
  /** Of limits; absent where this process has all requests. */
  exchange?: ChargeExchange
  /** On catalogs; absent where this process agrees with nobody. */
  agreement?: CatalogAgreement
  /** Of features, as far as this process knows what is in force. */
  readDefinitions: ReadDefinitions
  /** Airings, by site. */
  timelines: Timelines
  /** Declares in the log what a catalog in use says; absent where another service owns the log. */
  declare?: (site: SiteDeclarations) => void
  /** Reads the sums that reports are made of; absent where another service owns the log. */
  readTallies?: (site: string) => SiteTallies | undefined
}

/** Differences between a service that is one process and the processes of one that is several. */
export interface Role {
  assemble(core: ServiceCore): Promise<Assembly>
  /** The listeners that it has, and where. One without a public listener needs no catalogs. */
  places: { public?: ListenOptions; admin?: ListenOptions }
  /** Reads a changed catalog; absent: in a process of its own. */
  readCatalog?: ReadAside
  /** True when the other processes are ready. */
  isReadyAround?(): boolean
  /** True when no other process hands it connections any more. */
  isSettled?(): boolean
  /** Returns the metrics of all processes. */
  metricsText?(): Promise<string>
}
