import type { Consumer } from '../consumers/consumer.ts'
import type { ServicePart } from './part.ts'

/** Makes the part of the log's consumer: the start waits for it, and its end for the commit under way. */
export function createFolding(consumer: Consumer): ServicePart {
  return {
    gauges: (metrics) =>
      metrics.gauge('fold_pending_bytes', 'Bytes of the log that decisions do not see yet.', consumer.pendingBytes),
    warm: consumer.caughtUp(),
    isFenced: consumer.isFenced,
    close: consumer.stop,
  }
}
