import type { Consumer } from '../consumers/consumer.ts'
import type { Settings } from '../settings/config.ts'
import type { EventLog } from '../streams/log.ts'
import type { Data } from './open-data.ts'
import { type RetentionOptions, startRetention } from './retention.ts'

/** What a service has that is to be bounded. */
export interface BoundDataOptions extends Pick<RetentionOptions, 'now' | 'tell' | 'onProblem'> {
  settings: Settings
  data: Data
  log: EventLog
  consumer: Consumer
}

/** Keeps the log and the profiles of a service in their bounds, from when it has caught up. Returns what ends it. */
export function boundData({ settings, data, log, consumer, ...rest }: BoundDataOptions): () => Promise<void> {
  const bounds = startRetention({
    ...rest,
    ...settings,
    log,
    local: data.local,
    isFolded: () => consumer.pendingBytes() === 0,
    resumesAt: async () => (await data.store.progress()).from,
  })
  void consumer.caughtUp().then(bounds.look)
  return bounds.stop
}
