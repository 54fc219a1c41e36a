import type { BreakerState } from '../decide/read/breaker.ts'
import { createBudget } from '../decide/read/budget.ts'
import { createProfileReader, type ProfileReader } from '../decide/read/profile-reader.ts'
import type { ProfileStore, StoreRegions } from '../stores/store.ts'
import type { ServiceCore } from './core.ts'
import type { ServicePart } from './part.ts'

/** Open is worst. */
const BREAKER: { readonly [State in BreakerState]: number } = { closed: 0, 'half-open': 1, open: 2 }

function stalenessOf(regions: StoreRegions): [dataCentre: string, seconds: number][] {
  return regions
    .dataCentres()
    .flatMap(({ name, stalenessMs }) => (stalenessMs === undefined ? [] : [[name, stalenessMs / 1_000]]))
}

/** The way from decisions to the store, and what it tells of itself. */
export function createProfileReading(
  { settings, counts }: ServiceCore,
  store: ProfileStore,
): ServicePart & { profiles: ProfileReader } {
  const budgetMs = createBudget(settings.budgetMs, store)
  const profileCacheBytes = settings.profileCacheMb * 1_048_576
  const profiles = createProfileReader({ store, budgetMs, profileCacheBytes, onRead: counts.read })
  const { regions } = store
  return {
    profiles,
    gauges(metrics) {
      const breaker = 'The breaker before the store: 0 closed, 1 half-open, 2 open.'
      metrics.gauge('breaker_state', breaker, () => BREAKER[profiles.breaker], 'max')
      metrics.gauge('budget_ms', 'Longest wait of a decision for its profile.', budgetMs, 'max')
      const cacheBytes = (): number => profiles.profileCacheBytes
      metrics.gauge('profile_cache_bytes', 'Memory that cached profiles take.', cacheBytes)
      metrics.gauge('profile_copies_bytes', 'The same by its old name, for one version.', cacheBytes)
      if (!regions) return
      const age = "Age of a data centre's data: since the newest heartbeat that was seen there."
      metrics.gauges('store_staleness_seconds', age, 'data_centre', () => stalenessOf(regions))
    },
  }
}
