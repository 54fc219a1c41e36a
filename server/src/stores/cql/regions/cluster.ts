import type { WallClock } from '../../../clock.ts'
import type { CqlAddress } from '../address.ts'
import { createHedge, type Hedge } from '../driver/hedge.ts'
import { type CqlCredentials, type CqlSession, openSession, PROBE } from '../driver/session.ts'
import { simulatedLatency } from '../driver/simulated-latency.ts'
import { warmUp } from '../driver/warm-up.ts'
import { SCHEMA } from '../migrate.ts'
import { type Connection, createConnection } from './connection.ts'
import { createRegions, type Regions } from './regions.ts'
import { type Staleness, watchStaleness } from './staleness.ts'

/** The connections of a service to a cluster. */
export interface Cluster {
  /** To the near data centre: what is true is read and written there. */
  near: Connection
  /** To all of them: a decision takes the first that answers. */
  regions: Regions
  staleness: Staleness
  hedge: Hedge
  /** Calls `listener` when so many near nodes are lost at once that the last writes may be forgotten. */
  onLoss(listener: () => void): void
  close(): Promise<void>
}

/** Options of a cluster's connections. */
export interface ClusterOptions {
  address: CqlAddress
  credentials: CqlCredentials
  /** Called with each problem and change. */
  onProblem: (problem: string, cause?: unknown) => void
  now: WallClock
}

/** Starts to connect to every data centre of an address. */
export function connectCluster({ address, credentials, onProblem, now }: ClusterOptions): Cluster {
  const hedge = createHedge(() => regions.current === address.dataCentre)
  const listeners: (() => void)[] = []
  async function open(dataCentre: string): Promise<CqlSession> {
    const onLoss = (): void => {
      if (dataCentre === address.dataCentre) for (const listener of listeners) listener()
    }
    const session = simulatedLatency(
      await openSession({ address, dataCentre, credentials, hedge, onLoss }),
      address.rttMs,
    )
    await warmUp(session)
    return session
  }

  const connectionTo = (dataCentre: string): Connection =>
    createConnection({
      name: `${address.keyspace} in data centre ${dataCentre}`,
      open: () => open(dataCentre),
      onProblem,
    })
  const all = [address.dataCentre, ...address.fallbackDataCentres].map((dataCentre) => ({
    dataCentre,
    connection: connectionTo(dataCentre),
  }))
  const regions = createRegions({
    regions: all,
    probe: (session) => session.execute(PROBE, [SCHEMA], 'localOne'),
    onChange: onProblem,
  })
  const staleness = watchStaleness({ regions: all, now })
  return {
    near: (all[0] as (typeof all)[number]).connection,
    regions,
    staleness,
    hedge,
    onLoss: (listener) => void listeners.push(listener),
    async close() {
      regions.close()
      staleness.close()
      await Promise.all(all.map(({ connection }) => connection.close()))
    },
  }
}
