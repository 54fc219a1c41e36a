import { openSites } from './catalog/sites.ts'
import { type ServiceConfig, settle, type Settings } from './config.ts'
import { createDecider } from './decide/decide.ts'
import { createProfileReader } from './decide/profile-reader.ts'
import { createVisits } from './decide/visit.ts'
import { startConsumer } from './events/consume.ts'
import { createIngest } from './events/ingest.ts'
import { createLinkMemory } from './events/link-memory.ts'
import { createAdminApp } from './http/admin.ts'
import { createApp, type LogStream } from './http/app.ts'
import { routeBatch } from './http/batch.ts'
import { closeApp } from './http/close-app.ts'
import { routeContextual } from './http/contextual.ts'
import { routeDecide } from './http/decide.ts'
import { createGeoReader } from './http/geo.ts'
import { routeHealth } from './http/health.ts'
import { createOriginGate } from './http/origin.ts'
import { routeRuntime } from './http/runtime.ts'
import { readRuntime } from './http/runtime-files.ts'
import { routeSegment } from './http/segment.ts'
import { createKeys } from './identity/key.ts'
import { createLinkVerifier } from './identity/link.ts'
import { createTokens } from './identity/token.ts'
import { createMetrics } from './metrics/metrics.ts'
import { addressOf, type ServiceAddress } from './service/address.ts'
import { type Closers, createClosers } from './service/closers.ts'
import { keepFresh } from './service/keep-fresh.ts'
import { openData } from './service/open-data.ts'
import type { ProfileStore } from './stores/store.ts'
import type { EventLog } from './streams/log.ts'

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
  /** Finishes what is under way, for at most `requestTimeoutMs` and 5 s, and closes everything. */
  close(): Promise<void>
}

async function build(settings: Settings, parts: ServiceParts, closers: Closers): Promise<Omit<Service, 'close'>> {
  const { logStream = process.stdout, now = Date.now } = parts
  const sites = await openSites(settings.catalogs)
  const runtime = await readRuntime()
  const metrics = createMetrics()
  const app = createApp({ ...settings, logStream })
  const report = (problem: string, err?: unknown): void => app.log.error({ err }, problem)
  const { secret, store, log } = await openData(settings, parts, closers, report)

  const consumer = startConsumer({ log, store, onProblem: report })
  closers.add(() => consumer.stop())
  let isReady = false
  void consumer.caughtUp().then(() => (isReady = true))
  const admin = createAdminApp({ metrics, isReady: () => isReady })
  closers.add(() => admin.close())
  closers.add(() => closeApp(app, settings.requestTimeoutMs))
  closers.add(keepFresh(sites, settings.catalogs, app.log))

  const tokens = createTokens({ secret, now })
  const keys = createKeys(secret)
  const gate = createOriginGate(sites, settings.allowLoopbackOrigins)
  const visitOf = createVisits({
    tokens,
    readProfile: createProfileReader(store, settings.budgetMs),
    verifyLink: createLinkVerifier(keys, now),
    rememberLink: createLinkMemory({ log, now, onFailure: (cause) => report('a link could not be remembered', cause) }),
    onStoreFailure: (cause) => report('a profile could not be read', cause),
  })
  const decide = createDecider({ visitOf, now })
  const readGeo = createGeoReader(settings)
  routeDecide(app, { gate, keys, decide, readGeo })
  routeContextual(app, { sites, decide, readGeo })
  const events = { gate, keys, tokens, now, ingest: createIngest(log, now) }
  routeBatch(app, events)
  routeSegment(app, events)
  routeRuntime(app, runtime)
  routeHealth(app, () => isReady)

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
      await app.listen({ host: settings.host, port: settings.port })
      address = addressOf(app.server)
      return address
    },
    caughtUp: () => consumer.caughtUp(),
  }
}

/**
 * Builds a service: opens its data, loads its catalogs and joins all parts.
 * @throws ConfigError for settings, CatalogError for catalogs that cannot be used.
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
