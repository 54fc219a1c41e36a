import { type ProfileStore, rowsOf } from '../store.ts'
import { readDefinitions, writeDefinitions } from './definitions.ts'
import { writeHeartbeat } from './heartbeat.ts'
import { createLogProgress } from './log-progress.ts'
import { type ClusterOptions, connectCluster } from './regions/cluster.ts'
import { rowBase, rowFacts, rowValues } from './row.ts'

/** Rows written at once. */
const CONCURRENT_WRITES = 64

/** Options for opening a store. */
export interface CqlStoreOptions extends ClusterOptions {
  /** Names the log whose progress is kept; another log is another epoch. */
  logId: string
  /** Life of a profile after its last event, in seconds. Default 390 days; a load test's end sooner. */
  lifeS?: number
}

/** Profiles in a cluster of ScyllaDB or Cassandra: one partition, one row, one read for a decision. */
export function openCqlStore(options: CqlStoreOptions): ProfileStore {
  const { logId, now, lifeS, address } = options
  const { dataCentre, fallbackDataCentres } = address
  const names = [dataCentre, ...fallbackDataCentres]
  const { near, regions, staleness, hedge, onLoss, close } = connectCluster(options)
  const progress = createLogProgress({ session: () => near.session(), logId })

  return {
    opened: () => near.opened,
    resumePoint: () => progress.read(),
    onLoss,
    close,
    regions: {
      get current() {
        return regions.current
      },
      get distanceMs() {
        return regions.distanceMs
      },
      dataCentres: () =>
        names.map((name) => ({ name, isLost: regions.isLost(name), stalenessMs: staleness.ofMs(name) })),
    },
    writeHeartbeat: () => writeHeartbeat(near.session(), dataCentre, now()),
    async readFacts(site, visitorId) {
      const beganMs = performance.now()
      const row = await regions.read((session) => session.execute('readRow', [site, visitorId], 'localOne'))
      hedge.observe(performance.now() - beganMs)
      return row && rowFacts(row)
    },
    async base(site, visitorId) {
      const row = await near.session().execute('readBase', [site, visitorId], 'localQuorum')
      return row && rowBase(row)
    },
    readDefinitions: async () => readDefinitions(near.session()),
    async commit(writes, { definitions, ...reached }) {
      const session = near.session()
      // Encoded before: what cannot be encoded must not leave half a commit behind.
      const rows = rowsOf(writes, (write) => rowValues(write, now(), lifeS))
      for (let start = 0; start < rows.length; start += CONCURRENT_WRITES) {
        const some = rows.slice(start, start + CONCURRENT_WRITES)
        await Promise.all(some.map((values) => session.execute('writeRow', values, 'localQuorum')))
      }
      // Behind the rows: until they are there, nobody takes a feature for known. Before the progress: a crash has them declared again.
      if (definitions) await writeDefinitions(session, definitions)
      await progress.write(reached)
    },
  }
}
