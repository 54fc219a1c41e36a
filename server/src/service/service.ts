import { openSites } from '../catalog/sites.ts'
import { makeFirstDecisions } from '../decide/first-decisions.ts'
import { createAdminApp } from '../http/app/admin-app.ts'
import { createApp } from '../http/app/app.ts'
import { closeApp } from '../http/app/close-app.ts'
import { countRequests } from '../http/app/request-counts.ts'
import { refuseUnknown } from '../http/app/unknown-routes.ts'
import { createHostCheck } from '../http/gate/admin-host.ts'
import { routePreflight } from '../http/gate/preflight.ts'
import { addRoutes } from '../http/routes/routes.ts'
import { createMetrics, type Metrics } from '../metrics/metrics.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import type { ServiceConfig, Settings } from '../settings/settings.ts'
import { readChunkFiles, soundChunks } from '../snippet/chunks.ts'
import { builtDirectory, readRuntime } from '../snippet/runtime-files.ts'
import { addressOf, type ServiceAddress } from './address.ts'
import type { ServiceParts } from './core.ts'
import { createCounts } from './counts.ts'
import { assembleFollower } from './follower.ts'
import { listen } from './listen.ts'
import { assembleOwner } from './owner.ts'
import { createParts, type Parts } from './part.ts'
import { createReadiness } from './readiness.ts'
import { reloadCatalogs } from './reload-catalogs.ts'
import { createRouteCore } from './route-core.ts'

/** A decision service. It folds events from its creation on and answers once it listens. */
export interface Service {
  /** Opens the ports; resolves with where it answers the public. */
  listen(): Promise<ServiceAddress>
  /** Public address; undefined before `listen`. */
  readonly address: ServiceAddress | undefined
  /** Address of health and metrics; undefined before `listen`. */
  readonly adminAddress: ServiceAddress | undefined
  /** Resolves when every event that has been acknowledged by now is visible to decisions. */
  caughtUp(): Promise<void>
  /**
   * Takes connections for `drainMs` more, finishes what is under way, for at most `requestTimeoutMs` and 5 s, and closes
   * everything.
   */
  close(): Promise<void>
}

/** Options for building a service. */
interface BuildOptions {
  settings: Settings
  given: ServiceParts
  metrics: Metrics
  parts: Parts
}

async function build({ settings, given, metrics, parts }: BuildOptions): Promise<Omit<Service, 'close'>> {
  const { logStream = process.stdout, now = Date.now, socketFd } = given
  const sites = await openSites(settings.catalogs)
  const built = given.builtDirectory ?? builtDirectory()
  const runtime = await readRuntime(built)
  const chunks = soundChunks(await readChunkFiles(built))
  const counts = createCounts(metrics)
  const app = createApp({
    ...settings,
    logStream,
    onNoRoom: () => counts.refused('memory'),
    onBroken: counts.unrouted,
    onCrowded: () => counts.unrouted('connections'),
  })
  const { log: logger } = app
  const report = (problem: string, err?: unknown): void => logger.error({ err }, problem)
  const tell = (message: string): void => logger.warn(message)
  const core = { settings, given, parts, metrics, counts, logger, report, tell, now, chunks }
  const { forwardEvents } = settings
  const assembly = forwardEvents === undefined ? await assembleOwner(core) : await assembleFollower(core, forwardEvents)

  const onEngineFailure = (cause: unknown): void => report('the first decision failed', cause)
  parts.add({ warm: makeFirstDecisions(sites.all(), { now, onEngineFailure }) })
  const readiness = createReadiness({ parts: [...parts.all()], regions: assembly.store.regions })
  const routeCore = createRouteCore(core, assembly, { sites, runtime, health: readiness })
  countRequests(app, metrics)
  const routeAt = refuseUnknown(app, routeCore.gate.allow)
  routePreflight(app, routeCore.gate, routeAt)
  addRoutes(app, { ...routeCore, listener: 'public' })
  const admin = createAdminApp(createHostCheck([settings.adminHost, ...settings.adminNames]))
  addRoutes(admin, { ...routeCore, listener: 'admin' })
  parts.add({ close: () => admin.close() })
  parts.add({ close: () => closeApp(app, settings) })
  parts.add({ close: readiness.end })
  parts.add({ close: reloadCatalogs(sites, settings.catalogs, logger) })

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
      await listen(app, { ...settings, socketFd })
      address = addressOf(app.server)
      return address
    },
    caughtUp: () => assembly.consumer.caughtUp(),
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
  const settings = resolveSettings(config)
  const metrics = createMetrics()
  const opened = createParts(metrics)
  try {
    const service = await build({ settings, given: parts, metrics, parts: opened })
    return Object.assign(service, { close: opened.close })
  } catch (error) {
    await opened.close()
    throw error
  }
}
