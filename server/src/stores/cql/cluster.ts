import type { CqlAddress } from './address.ts'
import { type Connection, createConnection } from './connection.ts'
import { distant } from './distant.ts'
import { createHedge, type Hedge } from './hedge.ts'
import { createRegions, type Regions } from './regions.ts'
import { type CqlCredentials, openSession } from './session.ts'

/** The connections of a service to a cluster. */
export interface Cluster {
  /** To the near data centre: what is true is read and written there. */
  near: Connection
  /** To all of them: a decision takes the first that answers. */
  regions: Regions
  hedge: Hedge
  close(): Promise<void>
}

/** What a cluster is entered with. */
export interface ClusterOptions {
  address: CqlAddress
  credentials: CqlCredentials
  /** Told what went wrong or has changed. */
  onProblem: (problem: string, cause?: unknown) => void
}

/** Starts to connect to every data centre of an address. */
export function connectCluster({ address, credentials, onProblem }: ClusterOptions): Cluster {
  const hedge = createHedge(() => regions.current === address.dataCentre)
  const connectionTo = (dataCentre: string): Connection =>
    createConnection({
      name: `${address.keyspace} in data centre ${dataCentre}`,
      open: async () => distant(await openSession({ address, dataCentre, credentials, hedge }), address.rttMs),
      onProblem,
    })
  const all = [address.dataCentre, ...address.fallbackDataCentres].map((dataCentre) => ({
    dataCentre,
    connection: connectionTo(dataCentre),
  }))
  const regions = createRegions({
    regions: all,
    probe: (session) => session.execute('readProgress', ['probe'], 'localOne'),
    onChange: onProblem,
  })
  return {
    near: (all[0] as (typeof all)[number]).connection,
    regions,
    hedge,
    async close() {
      regions.close()
      await Promise.all(all.map(({ connection }) => connection.close()))
    },
  }
}
