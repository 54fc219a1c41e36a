import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CqlCredentials } from '../stores/cql/driver/session.ts'
import { openLmdbStore } from '../stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../stores/store.ts'
import { checkCluster } from './check-cluster.ts'
import { startChild } from './child.ts'
import { fillProfiles } from './fill.ts'
import type { TrafficOptions } from './generator.ts'
import { openLoadTestStore } from './load-test-store.ts'
import { startMeasuredService } from './measured-service.ts'
import type { TrafficReport } from './report.ts'
import { catalogText, LOADTEST_SITE } from './site.ts'

/** Setup of the service and its store. */
export interface StageOptions {
  /** Address of a cluster; absent: profiles lie in LMDB, in a directory that is removed afterwards. */
  store?: string | undefined
  credentials: CqlCredentials
  /** Visitors who are known from the begin. */
  profiles: number
  /** As the service's own settings. */
  budgetMs?: number | undefined
  profileCacheMb?: number | undefined
  /** Called with the present step; `written` of the profiles stand already. */
  onProgress: (step: string, written?: number) => void
  /** Ends filling and sending in the middle; `end` must be called all the same. */
  signal: AbortSignal
}

/** Traffic for a stage. */
export type Traffic = Omit<TrafficOptions, 'port' | 'adminUrl' | 'site' | 'secret' | 'profiles'>

/** A service in a process of its own, over a store that knows some visitors. */
export interface Stage {
  /** Sends traffic from another process; resolves when all of it is answered. */
  send(traffic: Traffic): Promise<TrafficReport>
  end(): Promise<void>
}

async function fill(options: StageOptions, dataDirectory: string): Promise<void> {
  const { store: address, credentials, profiles, onProgress, signal } = options
  if (address !== undefined) await checkCluster(address, credentials)
  const store: ProfileStore =
    address === undefined
      ? openLmdbStore(join(dataDirectory, 'profiles'))
      : openLoadTestStore({ address, credentials, logId: 'prepaint-loadtest' })
  try {
    await store.opened()
    const step = `writing ${profiles} profiles`
    onProgress(step)
    await fillProfiles({
      store,
      site: LOADTEST_SITE,
      profiles,
      signal,
      onProgress: (written) => onProgress(step, written),
    })
  } finally {
    await store.close()
  }
}

/** Fills the store with what is missing, and starts the service over it. @throws Error that says what the store lacks. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { store, credentials, profiles, budgetMs, profileCacheMb, onProgress, signal } = options
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-loadtest-'))
  const clear = (): Promise<void> => rm(directory, { recursive: true, force: true })
  try {
    const dataDirectory = join(directory, 'data')
    const catalog = join(directory, 'catalog.yaml')
    await writeFile(catalog, catalogText(LOADTEST_SITE))
    await fill(options, dataDirectory)
    onProgress('starting the service')
    const secret = randomBytes(32).toString('hex')
    const service = await startMeasuredService({
      catalogs: [catalog],
      dataDirectory,
      secret,
      credentials,
      ...(store === undefined ? {} : { store }),
      ...(budgetMs === undefined ? {} : { budgetMs }),
      ...(profileCacheMb === undefined ? {} : { profileCacheMb }),
    })
    const { port, adminUrl } = service
    return {
      async send(traffic) {
        const order: TrafficOptions = { ...traffic, port, adminUrl, secret, profiles, site: LOADTEST_SITE }
        const generator = await startChild<TrafficReport>('generator-process', order, signal)
        await generator.end()
        return generator.reply
      },
      async end() {
        await service.end()
        await clear()
      },
    }
  } catch (error) {
    await clear()
    throw error
  }
}
