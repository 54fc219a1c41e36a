import type { Socket } from 'node:net'
import { openSites } from '../catalog/sites.ts'
import { createAdminApp } from '../http/app/admin-app.ts'
import { adoptConnection, countAdopted } from '../http/app/adopted.ts'
import { createApp } from '../http/app/app.ts'
import { closeApp } from '../http/app/close-app.ts'
import { createRequestCounts } from '../http/app/request-counts.ts'
import { createTurns } from '../http/app/turns.ts'
import { refuseUnknown } from '../http/app/unknown-routes.ts'
import { createHostCheck } from '../http/gate/admin-host.ts'
import { routePreflight } from '../http/gate/preflight.ts'
import type { Listener } from '../http/routes/route.ts'
import { addRoutes } from '../http/routes/routes.ts'
import { createMetrics, type Metrics, type MetricsSnapshot } from '../metrics/metrics.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import type { ServiceConfig, Settings } from '../settings/settings.ts'
import { readChunkFiles, soundChunks } from '../snippet/chunks.ts'
import { builtDirectory, readRuntime } from '../snippet/runtime-files.ts'
import { addressOf, type ServiceAddress } from './address.ts'
import type { Role, ServiceParts } from './core.ts'
import { createCounts } from './counts.ts'
import { assembleFollower } from './follower.ts'
import { listen } from './listen.ts'
import { createLive } from './live.ts'
import { assembleOwner } from './owner.ts'
import { createParts, type Parts } from './part.ts'
import { createReadiness } from './readiness.ts'
import { agreeAlone, reloadCatalogs } from './reload-catalogs.ts'
import { createRouteCore } from './route-core.ts'
import { warmUp } from './warm-up.ts'

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

/** One process of a service, as the process around it needs it. */
export interface ServiceProcess extends Omit<Service, 'listen'> {
  /** Opens the listeners that its role has. */
  open(): Promise<void>
  /** Takes a connection that another process has accepted. */
  adopt(listener: Listener, socket: Socket): void
  /** True when it may be given traffic, whatever the other processes are. */
  isReady(): boolean
  /** Connections of the public that are open. */
  countConnections(): number
  snapshot(): Promise<MetricsSnapshot>
}

/** Options for building a service. */
interface BuildOptions {
  role: Role
  settings: Settings
  given: ServiceParts
  metrics: Metrics
  parts: Parts
}

async function build(options: BuildOptions): Promise<Omit<ServiceProcess, 'close'>> {
  const { role, settings, given, metrics, parts } = options
  const { logStream = process.stdout, now = Date.now } = given
  const { places } = role
  const catalogs = places.public ? settings.catalogs : []
  const sites = await openSites(catalogs, settings.maxCatalogMb, role.readCatalog)
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
    onEnd: createRequestCounts(metrics),
  })
  const { log: logger } = app
  const report = (problem: string, err?: unknown): void => logger.error({ err }, problem)
  const tell = (message: string): void => logger.warn(message)
  const nextTurn = createTurns()
  const core = { settings, given, parts, metrics, counts, logger, report, tell, now, nextTurn, chunks }
  // Before it has data that another one may hold still: the one that follows keeps nobody waiting for it.
  await warmUp(core, sites)
  const assembly = await role.assemble(core)

  const readiness = createReadiness({ ...role, parts: [...parts.all()], regions: assembly.store.regions })
  const live = createLive(core, assembly, sites)
  const routeCore = createRouteCore(core, assembly, { sites, runtime, health: readiness, live })
  const routeAt = refuseUnknown(app, routeCore.gate.allow)
  routePreflight(app, routeCore.gate, routeAt)
  addRoutes(app, { ...routeCore, listener: 'public' })
  const admin = createAdminApp(createHostCheck([settings.adminHost, ...settings.adminNames]))
  const { metricsText: text = metrics.text } = role
  addRoutes(admin, { ...routeCore, metrics: { ...metrics, text }, listener: 'admin' })
  parts.add({ close: () => admin.close() })
  parts.add({ close: () => closeApp(app, { ...settings, isSettled: role.isSettled }) })
  // Ended before the connections drain: nothing else would end them.
  parts.add({ close: live.close })
  parts.add({ close: readiness.end })
  const agreement = assembly.agreement ?? agreeAlone(assembly.declare)
  parts.add({ close: reloadCatalogs(sites, catalogs, { log: logger, agreement, onUsed: live.changed }) })

  let address: ServiceAddress | undefined
  let adminAddress: ServiceAddress | undefined
  return {
    get address() {
      return address
    },
    get adminAddress() {
      return adminAddress
    },
    async open() {
      if (places.admin) await listen(admin, places.admin)
      adminAddress = addressOf(admin.server)
      if (places.public) await listen(app, places.public)
      address = addressOf(app.server)
    },
    adopt: (listener, socket) => adoptConnection(listener === 'public' ? app.server : admin.server, socket),
    isReady: readiness.isReadyItself,
    countConnections: () => countAdopted(app.server),
    snapshot: metrics.snapshot,
    caughtUp: () => assembly.consumer.caughtUp(),
  }
}

/** Makes one process of a service. */
export async function openProcess(settings: Settings, given: ServiceParts, role: Role): Promise<ServiceProcess> {
  const metrics = createMetrics()
  const parts = createParts(metrics)
  try {
    const service = await build({ role, settings, given, metrics, parts })
    return Object.assign(service, { close: parts.close })
  } catch (error) {
    await parts.close()
    throw error
  }
}

/** A service that is one process: it owns a log, or follows the owner of one. */
function onlyRole({ forwardEvents, host, port, adminHost, adminPort }: Settings, socketFd: number | undefined): Role {
  return {
    assemble: (core) => (forwardEvents === undefined ? assembleOwner(core) : assembleFollower(core, forwardEvents)),
    places: { public: { host, port, socketFd }, admin: { host: adminHost, port: adminPort } },
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
  const service = await openProcess(settings, parts, onlyRole(settings, parts.socketFd))
  return {
    async listen() {
      await service.open()
      return service.address as ServiceAddress
    },
    get address() {
      return service.address
    },
    get adminAddress() {
      return service.adminAddress
    },
    caughtUp: service.caughtUp,
    close: service.close,
  }
}
