import { quantile } from '../../lab/statistics.ts'
import { parseCqlAddress } from '../../server/src/stores/cql/address.ts'
import { openCqlStore } from '../../server/src/stores/cql/cql.ts'
import { startMeasuredCluster } from '../cql/cluster.ts'
import { say } from '../cql/traffic.ts'
import { EVENTS_A_BATCH } from '../events/batches.ts'
import { visibleTimes } from '../events/buyers.ts'
import { openFolding } from '../events/folding.ts'
import { tenFeatures } from '../events/ten-features.ts'
import type { Measurement } from '../figure.ts'

/** Batches folded before it counts: they compile the nodes' code. */
const WARM_UP_BATCHES = 1_000
const BATCHES = 3_000

/** Events that the site takes a second while others wait for theirs: a fifth of what a cluster must fold. */
const EVENTS_A_SECOND = 1_000

function fail(problem: string, cause?: unknown): never {
  throw new Error(problem, { cause })
}

/** Returns the events that are folded into a cluster in a second. */
async function foldedPerS(store: string): Promise<number> {
  const options = { address: parseCqlAddress(store), credentials: {}, now: Date.now, onProblem: fail }
  const folding = await openFolding(tenFeatures, async () => {
    const opened = openCqlStore({ ...options, logId: 'bench-fold' })
    await opened.opened()
    return opened
  })
  const consumer = folding.start()
  await folding.append(0, WARM_UP_BATCHES)
  await consumer.caughtUp()
  const startMs = performance.now()
  await folding.append(WARM_UP_BATCHES, WARM_UP_BATCHES + BATCHES)
  await consumer.caughtUp()
  const seconds = (performance.now() - startMs) / 1_000
  await folding.close()
  return (BATCHES * EVENTS_A_BATCH) / seconds
}

/** Events that are folded into three real Cassandra nodes on the same cores, and the time until a decision knows one. */
export const cqlFold: Measurement = {
  title: `folding into 3 Cassandra nodes: ${(BATCHES * EVENTS_A_BATCH).toLocaleString('en')} events with ${tenFeatures.length} features`,
  families: ['cql.fold.'],
  async measure() {
    const cluster = await startMeasuredCluster(say)
    try {
      const perSec = await foldedPerS(cluster.store())
      const times = await visibleTimes({ eventsPerS: EVENTS_A_SECOND, store: cluster.store() })
      say(`visible: p50 ${quantile(times, 0.5).toFixed(0)} ms`)
      return [
        { name: 'cql.fold.eventsPerSec', value: perSec, unit: 'events/s', limit: 5_000, isFloor: true },
        { name: 'cql.fold.visibleMsP99', value: quantile(times, 0.99), unit: 'ms', limit: 300 },
      ]
    } finally {
      await cluster.end()
    }
  },
}
