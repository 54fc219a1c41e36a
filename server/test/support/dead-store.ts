import type { ProfileStore } from '../../src/stores/store.ts'

const never = () => new Promise<never>(() => undefined)

/** A store that takes every question and never answers, but for what a service needs to start. */
export function deadStore(): ProfileStore {
  return {
    opened: () => Promise.resolve(),
    readFacts: never,
    base: never,
    commit: never,
    readDefinitions: () => Promise.resolve(new Map()),
    resumePoint: () => Promise.resolve({ epoch: 0, offset: 0, from: 0 }),
    close: () => Promise.resolve(),
  }
}
