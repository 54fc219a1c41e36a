import type { ProfileStore } from '../stores/store.ts'

/** Pause between two heartbeats, in ms. */
const BEAT_EVERY_MS = 1_000

/**
 * Says once a second, where others look for it, that the log's owner lives, unless another log has taken its place; tells the
 * first failure after a success. Returns its stop.
 */
export function startHeartbeat(
  store: ProfileStore,
  isFenced: () => boolean,
  onProblem: (problem: string, cause: unknown) => void,
): () => void {
  let isUnderWay = false
  let isFailing = false

  async function writeOne(): Promise<void> {
    // One at a time: a cluster that is down is not asked for more than it can give.
    if (isUnderWay || isFenced()) return
    isUnderWay = true
    try {
      await store.writeHeartbeat?.()
      isFailing = false
    } catch (cause) {
      if (!isFailing) onProblem('the heartbeat cannot be written: followers will take their data for old', cause)
      isFailing = true
    } finally {
      isUnderWay = false
    }
  }

  const timer = setInterval(() => void writeOne(), BEAT_EVERY_MS).unref()
  return () => clearInterval(timer)
}
