import type { Consumer } from '../events/consume.ts'

/** True once everything is folded that was in the log when the service began: then the store is as warm as the log. */
export function createReadiness(consumer: Consumer): () => boolean {
  let isWarm = false
  void consumer.caughtUp().then(() => (isWarm = true))
  return () => isWarm
}
