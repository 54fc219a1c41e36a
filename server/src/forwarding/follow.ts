import type { Consumer } from '../consumers/consumer.ts'
import type { ProfileStore } from '../stores/store.ts'

/** In place of folding, where another service owns the log: nothing waits here. */
export function followLog(store: ProfileStore): Consumer {
  return {
    caughtUp: async () => void (await store.opened()),
    pendingBytes: () => 0,
    isBehind: () => false,
    isFenced: () => false,
    resumesAt: () => Promise.resolve(0),
    stop: () => Promise.resolve(),
  }
}
