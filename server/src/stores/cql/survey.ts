import type { CqlAddress } from './address.ts'
import { type CqlCredentials, type CqlSession, isRefusal, openSession } from './driver/session.ts'
import { simulatedLatency } from './driver/simulated-latency.ts'
import { warmUp } from './driver/warm-up.ts'
import { readHeartbeat } from './heartbeat.ts'
import { versionOf } from './migrate.ts'

/** Reads that are timed in a data centre, and the longest time for all of them, in ms. */
const READS = 300
const ALL_READS_MS = 10_000

/** Longest wait for one answer, in ms: a slow one is what is looked for. */
const READ_TIMEOUT_MS = 2_000

/** Findings about one data centre. */
export interface DataCentreSurvey {
  name: string
  /** Copies of each profile there; `doctor --json` has this name. */
  copies: number
  /** Times of single reads, one after the other, in ms; the shortest is the distance. */
  shortestMs: number
  p50Ms: number
  p99Ms: number
  /** Time of the newest heartbeat there, in ms since 1970; undefined if there is none. */
  heartbeatMs?: number | undefined
}

/** One that could not be looked at. */
export interface DataCentreFailure {
  name: string
  /** True when it answers, and knows no such keyspace or table. */
  isRefused: boolean
  reason: string
}

/** State of a cluster, as seen from here. */
export interface Survey {
  /** 0 where `migrate` has not been. */
  schemaVersion: number
  /** In the order of the address. */
  dataCentres: (DataCentreSurvey | DataCentreFailure)[]
}

async function timeReads(session: CqlSession): Promise<number[]> {
  const times: number[] = []
  const beganMs = performance.now()
  for (let read = 0; read < READS && performance.now() - beganMs < ALL_READS_MS; read++) {
    const sinceMs = performance.now()
    await session.execute('readRow', ['', `doctor-${read}`], 'localOne')
    times.push(performance.now() - sinceMs)
  }
  return times.sort((one, other) => one - other)
}

async function replicasIn(session: CqlSession, keyspace: string, name: string): Promise<number> {
  const row = await session.execute('readReplication', [keyspace], 'localOne')
  return Number((Object(row?.['replication']) as { [dataCentre: string]: string })[name] ?? 0)
}

async function lookAt(session: CqlSession, keyspace: string, name: string): Promise<DataCentreSurvey> {
  const replicas = await replicasIn(session, keyspace, name)
  await warmUp(session)
  const times = await timeReads(session)
  const quantile = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] as number
  return {
    name,
    copies: replicas,
    shortestMs: quantile(0),
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    heartbeatMs: await readHeartbeat(session),
  }
}

/** Looks at every data centre of an address, one after the other, as a service there would see it. Never rejects. */
export async function survey(address: CqlAddress, credentials: CqlCredentials): Promise<Survey> {
  const result: Survey = { schemaVersion: 0, dataCentres: [] }
  for (const name of [address.dataCentre, ...address.fallbackDataCentres]) {
    let session: CqlSession | undefined
    try {
      session = simulatedLatency(
        await openSession({ address, dataCentre: name, credentials, readTimeoutMs: READ_TIMEOUT_MS }),
        address.rttMs,
      )
      result.schemaVersion = await versionOf(session)
      result.dataCentres.push(await lookAt(session, address.keyspace, name))
    } catch (error) {
      result.dataCentres.push({ name, isRefused: isRefusal(error), reason: (error as Error).message })
    } finally {
      await session?.close()
    }
  }
  return result
}
