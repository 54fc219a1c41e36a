import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { CatalogError } from './catalog/problem.ts'
import { openSites, type Sites } from './catalog/sites.ts'
import { watchFile } from './catalog/watch.ts'
import { type ServiceConfig, settle, type Settings } from './config.ts'
import { claimDataDirectory } from './data-directory.ts'
import { createDecider } from './decide/decide.ts'
import { createProfileReader } from './decide/profile-reader.ts'
import { createVisits } from './decide/visit.ts'
import { startConsumer } from './events/consume.ts'
import { createIngest } from './events/ingest.ts'
import { createLinkMemory } from './events/link-memory.ts'
import { createApp, type LogStream } from './http/app.ts'
import { routeBatch } from './http/batch.ts'
import { closeApp } from './http/close-app.ts'
import { routeDecide } from './http/decide.ts'
import { routeHealth } from './http/health.ts'
import { createOriginGate } from './http/origin.ts'
import { routeRuntime } from './http/runtime.ts'
import { readRuntime } from './http/runtime-files.ts'
import { routeSegment } from './http/segment.ts'
import { createKeys } from './identity/key.ts'
import { createLinkVerifier } from './identity/link.ts'
import { readSecret } from './identity/secret.ts'
import { createTokens } from './identity/token.ts'
import { openLmdbStore } from './stores/lmdb.ts'
import type { ProfileStore } from './stores/store.ts'
import type { EventLog } from './streams/log.ts'
import { openSegments } from './streams/segments.ts'

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

/** Where a service listens. */
export interface ServiceAddress {
  /** Such as `http://127.0.0.1:4310`, without a slash at the end. */
  url: string
  host: string
  port: number
}

/** A decision service. It folds events from its creation on and answers once it listens. */
export interface Service {
  /** Opens the port; resolves with where it listens. */
  listen(): Promise<ServiceAddress>
  /** Where it listens; undefined before `listen`. */
  readonly address: ServiceAddress | undefined
  /** Resolves when every event that has been acknowledged by now is visible to decisions. */
  caughtUp(): Promise<void>
  /** Finishes what is under way, for at most `requestTimeoutMs` and 5 s, and closes everything. */
  close(): Promise<void>
}

function addressOf({ address, port, family }: AddressInfo): ServiceAddress {
  const host = family === 'IPv6' ? `[${address}]` : address
  return { url: `http://${host}:${port}`, host: address, port }
}

/** Reloads each catalog after a change; returns its stop. */
function keepFresh(sites: Sites, files: readonly string[], log: FastifyBaseLogger): () => void {
  const reload = async (file: string): Promise<void> => {
    try {
      const site = await sites.reload(file)
      if (site) log.info({ site: site.name, catalog: site.catalog.version }, 'catalog loaded')
    } catch (error) {
      const details = error instanceof CatalogError ? { problems: error.problems } : { err: error }
      log.error(details, `the last good catalog stays in use: ${(error as Error).message}`)
    }
  }
  let reloading = Promise.resolve()
  const stops = files.map((file) => watchFile(file, () => (reloading = reloading.then(() => reload(file)))))
  return () => {
    for (const stop of stops) stop()
  }
}

/** What must be closed, in the opposite order of opening. */
function createClosers() {
  const closers: (() => unknown)[] = []
  return {
    add(close: () => unknown): void {
      closers.push(close)
    },
    async close(): Promise<void> {
      for (const close of closers.splice(0).reverse()) await close()
    },
  }
}

type Closers = ReturnType<typeof createClosers>

async function build(settings: Settings, parts: ServiceParts, closers: Closers): Promise<Omit<Service, 'close'>> {
  const { dataDirectory, catalogs } = settings
  const { logStream = process.stdout, now = Date.now } = parts
  const sites = await openSites(catalogs)
  const runtime = await readRuntime()
  closers.add(await claimDataDirectory(dataDirectory))
  const secret = settings.secret ?? (await readSecret(dataDirectory))
  const store = parts.store ?? openLmdbStore(join(dataDirectory, 'profiles'))
  closers.add(() => store.close())
  const app = createApp({ logStream, requestTimeoutMs: settings.requestTimeoutMs })
  const report = (problem: string, err?: unknown): void => app.log.error({ err }, problem)
  const segments = { directory: join(dataDirectory, 'log'), minEnd: await store.offset(), onDamage: report }
  const log = parts.log ?? (await openSegments(segments))
  closers.add(() => log.close())

  const consumer = startConsumer({ log, store, onProblem: report })
  closers.add(() => consumer.stop())
  closers.add(() => closeApp(app, settings.requestTimeoutMs))
  closers.add(keepFresh(sites, catalogs, app.log))

  const tokens = createTokens({ secret, now })
  const gate = createOriginGate(sites, settings.allowLoopbackOrigins)
  const readProfile = createProfileReader(store, settings.budgetMs)
  const keys = createKeys(secret)
  const visitOf = createVisits({
    tokens,
    readProfile,
    verifyLink: createLinkVerifier(keys, now),
    rememberLink: createLinkMemory({ log, now, onFailure: (cause) => report('a link could not be remembered', cause) }),
    onStoreFailure: (cause) => report('a profile could not be read', cause),
  })
  let isReady = false
  void consumer.caughtUp().then(() => (isReady = true))
  routeDecide(app, { gate, keys, decide: createDecider({ visitOf, now }) })
  const events = { gate, keys, tokens, now, ingest: createIngest(log, now) }
  routeBatch(app, events)
  routeSegment(app, events)
  routeRuntime(app, runtime)
  routeHealth(app, () => isReady)

  let address: ServiceAddress | undefined
  return {
    get address() {
      return address
    },
    async listen() {
      await app.listen({ host: settings.host, port: settings.port })
      address = addressOf(app.server.address() as AddressInfo)
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
