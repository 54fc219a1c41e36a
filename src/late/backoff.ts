const FIRST_MS = 1_000
const LONGEST_MS = 60_000

/**
 * Returns the wait before the next try, in ms: exponential with full jitter, so that clients that failed together do
 * not come back together (M. Brooker, "Exponential Backoff And Jitter"), and never sooner than the service asked.
 * @param failures failures in a row, from 1.
 * @param retryAfter the answer's `Retry-After`, in seconds; a date or nonsense counts as absent.
 */
export function retryDelayMs(failures: number, retryAfter: string | null, random: () => number): number {
  const askedMs = Number(retryAfter) * 1_000 || 0
  return Math.max(askedMs, random() * Math.min(LONGEST_MS, FIRST_MS * Math.pow(2, failures - 1)))
}
