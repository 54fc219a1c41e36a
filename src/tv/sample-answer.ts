import type { Bridge } from '../client/bridge.ts'
import type { Clock } from './clock.ts'

/**
 * Lets the clock take the time that answers tell, by the browser's own record of the request if there is one: of batches by itself, of a
 * decision when it is called with the time at which it was there, of `runMs`, and what it told.
 */
export function createSampler(
  bridge: Bridge,
  clock: Clock,
  runMs: () => number,
): (gotMs: number, nowMs: number | undefined) => void {
  function take(path: RegExp, gotMs: number, nowMs: number | null | undefined): void {
    if (!nowMs) return
    const entry = (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
      .filter(({ name, responseEnd }) => path.test(name) && responseEnd < gotMs + 50)
      .pop()
    if (entry) clock._sample(nowMs, entry.requestStart || entry.startTime, entry.responseEnd)
    else clock._passed(nowMs + runMs() - gotMs)
  }

  bridge._takeTime = (said) => {
    take(/batch$/, runMs(), said && said.nowMs)
  }
  return (gotMs, nowMs) => {
    take(/decide$/, gotMs, nowMs)
  }
}
