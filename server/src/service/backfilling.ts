import type { Backfill } from '../consumers/backfill/backfill.ts'
import type { ServicePart } from './part.ts'

/** Makes the part that fills new features with the past: it begins when all events are folded, and its end loses nothing. */
export function createBackfilling(backfill: Backfill, caughtUp: Promise<unknown>): ServicePart {
  void caughtUp.then(backfill.look)
  return {
    gauges: (metrics) =>
      metrics.gauge(
        'features_filled_ratio',
        'Share of the log that new features have been filled with; 1 when none lacks anything.',
        () => backfill.share() ?? 1,
      ),
    close: backfill.stop,
  }
}
