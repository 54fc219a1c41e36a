import { openSites } from '../catalog/sites.ts'
import { startConsumer } from '../consumers/consumer.ts'
import { createBudget } from '../decide/read/budget.ts'
import { createProfileReader } from '../decide/read/profile-reader.ts'
import { followLog } from '../forwarding/follow.ts'
import { createApp, type LogStream } from '../http/app/app.ts'
import { closeApp } from '../http/app/close-app.ts'
import { countRequests } from '../http/app/request-counts.ts'
import { createAdminApp } from '../http/routes/admin.ts'
import { routeLog } from '../http/routes/log.ts'
import { peerKey } from '../identity/key.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { type ServiceConfig, type Settings, settle } from '../settings/config.ts'
import { readRuntime } from '../snippet/runtime-files.ts'
import { notifyOnCommit } from '../stores/notify-on-commit.ts'
import type { ProfileStore } from '../stores/store.ts'
import type { EventLog } from '../streams/log.ts'
import { addressOf, type ServiceAddress } from './address.ts'
import { boundData } from './bound-data.ts'
import { type Closers, createClosers } from './closers.ts'
import { createCounts } from './counts.ts'
import type { DiskSpace } from './disk-space.ts'
import { addGauges } from './gauges.ts'
import { guardDisk } from './guard-disk.ts'
import { startHeartbeat } from './heartbeat.ts'
import { listen } from './listen.ts'
import { openData } from './open-data.ts'
import { createReadiness } from './readiness.ts'
import { reloadCatalogs } from './reload-catalogs.ts'
import { addRoutes } from './routes.ts'

/** Bytes of the log that may wait while a cluster is away: hours of a busy site's events. A disk that fills up refuses earlier. */
const MAX_OUTAGE_BYTES = 8_589_934_592

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
  /** Room on the disk of the data directory. Default: what the system says. */
  readSpace?: () => Promise<DiskSpace>
  /** A listening socket that the process was started with; `host` and `port` are not used then. */
  socketFd?: number | undefined
}

/** A decision service. It folds events from its creation on and answers once it listens. */
export interface Service {
  /** Opens the ports; resolves with where it answers the public. */
  listen(): Promise<ServiceAddress>
  /** Where it answers the public; undefined before `listen`. */
  readonly address: ServiceAddress | undefined
  /** Where it tells its health and metrics; undefined before `listen`. */
  readonly adminAddress: ServiceAddress | undefined
  /** Resolves when every event that has been acknowledged by now is visible to decisions. */
  caughtUp(): Promise<void>
  /**
   * Takes connections for `drainMs` more, finishes what is under way, for at most `requestTimeoutMs` and 5 s, and closes
   * everything.
   */
  close(): Promise<void>
}

async function build(settings: Settings, parts: ServiceParts, closers: Closers): Promise<Omit<Service, 'close'>> {
  const { logStream = process.stdout, now = Date.now } = parts
  const sites = await openSites(settings.catalogs)
  const runtime = await readRuntime()
  const metrics = createMetrics()
  const counts = createCounts(metrics)
  const app = createApp({
    ...settings,
    logStream,
    onNoRoom: () => counts.refused('memory'),
    onBroken: counts.unrouted,
    onCrowded: () => counts.unrouted('connections'),
  })
  const report = (problem: string, err?: unknown): void => app.log.error({ err }, problem)
  const data = await openData({ settings, given: parts, closers, now, log: app.log })

  const { regions } = data.store
  const budgetMs = createBudget(settings.budgetMs, data.store)
  const profileCacheBytes = settings.profileCacheMb * 1_048_576
  const profiles = createProfileReader({ store: data.store, budgetMs, profileCacheBytes, onRead: counts.read })
  const tell = (message: string): void => app.log.warn(message)
  const { sink, disk } = await guardDisk({ data, settings, closers, readSpace: parts.readSpace, tell })
  const store = notifyOnCommit(data.store, profiles.forget)
  const consumer = data.log
    ? startConsumer({
        log: data.log,
        store,
        now,
        onProblem: report,
        onPassedOver: counts.passedOver,
        onFolded: counts.folded,
        ...(regions ? { maxFailingBytes: MAX_OUTAGE_BYTES } : {}),
      })
    : followLog(data.store)
  closers.add(() => consumer.stop())
  if (data.log) closers.add(startHeartbeat(data.store, consumer.isFenced, report))
  if (data.log) closers.add(boundData({ settings, data, log: data.log, consumer, now, tell, onProblem: report }))
  const readiness = createReadiness({
    warm: consumer.caughtUp(),
    regions,
    isFenced: consumer.isFenced,
    diskFlaw: disk?.flaw,
  })
  countRequests(app, metrics)
  addRoutes(app, {
    settings,
    sites,
    runtime,
    data,
    profiles,
    consumer,
    counts,
    report,
    readiness,
    now,
    eventSink: sink,
  })
  addGauges(metrics, { profiles, consumer, budgetMs, regions, disk })
  const admin = createAdminApp({ metrics, health: readiness, names: [settings.adminHost, ...settings.adminNames] })
  if (data.log) routeLog(admin, { key: peerKey(data.secret), sink, isBehind: consumer.isBehind, now })
  closers.add(() => admin.close())
  closers.add(() => closeApp(app, settings))
  closers.add(readiness.end)
  closers.add(reloadCatalogs(sites, settings.catalogs, app.log))

  let address: ServiceAddress | undefined
  let adminAddress: ServiceAddress | undefined
  return {
    get address() {
      return address
    },
    get adminAddress() {
      return adminAddress
    },
    async listen() {
      await admin.listen({ host: settings.adminHost, port: settings.adminPort })
      adminAddress = addressOf(admin.server)
      await listen(app, { ...settings, socketFd: parts.socketFd })
      address = addressOf(app.server)
      return address
    },
    caughtUp: () => consumer.caughtUp(),
  }
}

/**
 * Builds a service: opens its data, loads its catalogs and joins all parts.
 * @throws ConfigError for settings, CatalogError for catalogs that cannot be used.
 * @example
 * ```ts
 * import { createService } from 'prepaint-server'
 *
 * const service = await createService({ catalogs: ['catalog.yaml'], dataDirectory: './data' })
 * const { url } = await service.listen()
 * console.log(url)
 * await service.close()
 * ```
 */
export async function createService(config: ServiceConfig, parts: ServiceParts = {}): Promise<Service> {
  const settings = settle(config)
  const closers = createClosers()
  try {
    const service = await build(settings, parts, closers)
    return Object.assign(service, { close: () => closers.close() })
  } catch (error) {
    await closers.close()
    throw error
  }
}
