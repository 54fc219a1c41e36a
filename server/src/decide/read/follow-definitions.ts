import type { Definitions } from '../../profiles/features/definitions.ts'
import type { ProfileStore } from '../../stores/store.ts'

/** Pause between two reads, in ms. */
const READ_EVERY_MS = 1_000

/** Definitions in force, as the owner of the log has written them. */
export interface FollowedDefinitions {
  current(): Definitions
  /** Reads them now: the owner has changed them. */
  renew(): void
  /** Resolves when they have been read for the first time. */
  known: Promise<void>
  stop(): void
}

/** Dependencies of following. */
export interface FollowDefinitionsOptions {
  store: Pick<ProfileStore, 'opened' | 'readDefinitions'>
  /** Called with the first failure after a success: features that are declared meanwhile stay unknown. */
  onProblem(problem: string, cause: unknown): void
  /** Pause between two reads, in ms. Default 1,000. */
  everyMs?: number
}

/** Reads the definitions that another process declares, once a second and when it says so. */
export function followDefinitions(options: FollowDefinitionsOptions): FollowedDefinitions {
  const { store, onProblem, everyMs = READ_EVERY_MS } = options
  const { promise: known, resolve: onKnown } = Promise.withResolvers<void>()
  let current: Definitions = new Map()
  let isReading = false
  let isOutdated = false
  let isFailing = false

  async function read(): Promise<void> {
    // One at a time: a cluster that is down is not asked for more than it can give.
    if (isReading) return
    isReading = true
    isOutdated = false
    try {
      await store.opened()
      current = await store.readDefinitions()
      isFailing = false
      onKnown()
    } catch (cause) {
      if (!isFailing) onProblem('the definitions of features cannot be read', cause)
      isFailing = true
    } finally {
      isReading = false
    }
    if (isOutdated) await read()
  }

  /** A read that is under way may have missed what was written since. */
  function renew(): void {
    isOutdated = isReading
    void read()
  }

  void read()
  const timer = setInterval(() => void read(), everyMs).unref()
  return { current: () => current, renew, known, stop: () => clearInterval(timer) }
}
