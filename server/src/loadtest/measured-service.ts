import { setTimeout as delay } from 'node:timers/promises'
import type { ServiceConfig } from '../settings/settings.ts'
import type { CqlCredentials } from '../stores/cql/driver/session.ts'
import { startChild } from './child.ts'

/** Settings of the service under load. */
export interface MeasuredSettings extends Pick<
  ServiceConfig,
  'catalogs' | 'dataDirectory' | 'budgetMs' | 'profileCacheMb'
> {
  secret: string
  /** Address of the cluster; absent: profiles lie in the data directory. */
  store?: string
  credentials: CqlCredentials
}

/** Ports on which it answers. */
export interface MeasuredAddresses {
  port: number
  adminUrl: string
}

/** The service under load. */
export interface MeasuredService extends MeasuredAddresses {
  end(): Promise<void>
}

/** Longest time until it may be given traffic, in ms. */
const READY_MS = 60_000

async function isReady(adminUrl: string): Promise<boolean> {
  return (await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(5_000) })).ok
}

/** Starts the service in a process of its own; resolves when it is ready. */
export async function startMeasuredService(settings: MeasuredSettings): Promise<MeasuredService> {
  const { reply, end } = await startChild<MeasuredAddresses>('service-process', settings)
  const deadlineMs = performance.now() + READY_MS
  while (!(await isReady(reply.adminUrl))) {
    if (performance.now() > deadlineMs) {
      await end()
      throw new Error(
        `the service is not ready after ${READY_MS / 1_000} s: \`prepaint-server doctor --store\` says what its cluster lacks`,
      )
    }
    await delay(100)
  }
  return { ...reply, end }
}
