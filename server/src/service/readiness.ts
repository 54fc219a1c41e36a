import type { Consumer } from '../events/consume.ts'

/** Whether the service may be given traffic. */
export interface Readiness {
  isReady(): boolean
  /** The service is ending: what is sent to it from now on it answers, but others should be asked. */
  end(): void
}

/** Ready once everything is folded that was in the log when the service began: then the store is as warm as the log. */
export function createReadiness(consumer: Consumer): Readiness {
  let isWarm = false
  let isEnding = false
  void consumer.caughtUp().then(() => (isWarm = true))
  return {
    isReady: () => isWarm && !isEnding,
    end() {
      isEnding = true
    },
  }
}
