import type { Consumer } from '../consumers/consumer.ts'
import type { ProfileStore } from '../stores/store.ts'

/** State of the owner of the log. */
export type OwnerState = Pick<Consumer, 'isBehind' | 'isFenced'>

/** Another machine tells nothing. */
const UNKNOWN: OwnerState = { isBehind: () => false, isFenced: () => false }

/** In place of folding, where another service owns the log: nothing waits here. */
export function followLog(store: ProfileStore, { isBehind, isFenced }: OwnerState = UNKNOWN): Consumer {
  return {
    caughtUp: async () => void (await store.opened()),
    pendingBytes: () => 0,
    isBehind,
    isFenced,
    resumesAt: () => Promise.resolve(0),
    stop: () => Promise.resolve(),
  }
}
