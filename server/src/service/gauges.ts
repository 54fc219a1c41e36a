import type { Consumer } from '../consumers/consumer.ts'
import type { BreakerState } from '../decide/read/breaker.ts'
import type { ProfileReader } from '../decide/read/profile-reader.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { StoreRegions } from '../stores/store.ts'
import type { DiskWatch } from './disk-space.ts'

/** Open is worst. */
const BREAKER: { readonly [State in BreakerState]: number } = { closed: 0, 'half-open': 1, open: 2 }

/** What tells of itself. */
export interface GaugedParts {
  profiles: ProfileReader
  consumer: Consumer
  budgetMs: () => number
  /** Of the store; absent where it is on this machine. */
  regions: StoreRegions | undefined
  /** Absent where nothing is kept on this machine. */
  disk: DiskWatch | undefined
}

function stalenessOf(regions: StoreRegions): [dataCentre: string, seconds: number][] {
  return regions
    .dataCentres()
    .flatMap(({ name, stalenessMs }) => (stalenessMs === undefined ? [] : [[name, stalenessMs / 1_000]]))
}

/** What the parts say of themselves whenever the metrics are read. */
export function addGauges(metrics: Metrics, { profiles, consumer, budgetMs, regions, disk }: GaugedParts): void {
  const breaker = 'The breaker before the store: 0 closed, 1 half-open, 2 open.'
  metrics.gauge('breaker_state', breaker, () => BREAKER[profiles.breaker])
  metrics.gauge('budget_ms', 'Longest wait of a decision for its profile.', budgetMs)
  metrics.gauge('profile_cache_bytes', 'Memory that cached profiles take.', () => profiles.profileCacheBytes)
  metrics.gauge('profile_copies_bytes', 'The same by its old name, for one version.', () => profiles.profileCacheBytes)
  metrics.gauge('fold_pending_bytes', 'Bytes of the log that decisions do not see yet.', () => consumer.pendingBytes())
  if (disk) {
    metrics.gauge('disk_free_bytes', 'Room on the disk of the data directory.', disk.freeBytes)
    metrics.gauge('disk_low', '1 while no events are taken in because the disk is nearly full.', () =>
      Number(disk.isLow()),
    )
  }
  if (!regions) return
  const age = "Age of a data centre's data: since the newest heartbeat that was seen there."
  metrics.gauges('store_staleness_seconds', age, 'data_centre', () => stalenessOf(regions))
}
