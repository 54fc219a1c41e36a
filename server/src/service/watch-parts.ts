import type { BreakerState } from '../decide/breaker.ts'
import type { ProfileReader } from '../decide/profile-reader.ts'
import type { Consumer } from '../events/consume.ts'
import type { Metrics } from '../metrics/metrics.ts'

/** Open is worst. */
const BREAKER: { readonly [State in BreakerState]: number } = { closed: 0, 'half-open': 1, open: 2 }

/** What the parts say of themselves whenever the metrics are read. */
export function watchParts(metrics: Metrics, { profiles, consumer }: { profiles: ProfileReader; consumer: Consumer }): void {
  const breaker = 'The breaker before the store: 0 closed, 1 half-open, 2 open.'
  metrics.gauge('breaker_state', breaker, () => BREAKER[profiles.breaker])
  metrics.gauge('profile_copies_bytes', 'Memory that copies of profiles take.', () => profiles.copiesBytes)
  metrics.gauge('fold_pending_bytes', 'Bytes of the log that decisions do not see yet.', () => consumer.pendingBytes())
}
