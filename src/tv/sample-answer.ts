import type { Clock } from './clock.ts'

/**
 * Takes the time that an answer told, by the browser's own record of the request if there is one.
 * @param gotMs the time at which it was there, of `runMs`.
 */
export function sampleAnswer(clock: Clock, nowMs: number, gotMs: number, runMs: () => number): void {
  const entry = (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
    .filter(({ name, responseEnd }) => /decide$/.test(name) && responseEnd < gotMs + 50)
    .pop()
  if (entry) clock._sample(nowMs, entry.requestStart || entry.startTime, entry.responseEnd)
  else clock._passed(nowMs + runMs() - gotMs)
}
