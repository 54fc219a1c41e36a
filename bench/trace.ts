import type { ChromiumPage } from '../lab/browser/chromium.ts'

/** An event of Chromium's trace. */
export interface TraceEvent {
  name: string
  pid: number
  tid: number
  /** Begin, in µs. */
  ts: number
  dur?: number
  /** CPU time of the thread, in µs: without the time that it waited for a core, or for another process to answer. */
  tdur?: number
  args?: { data?: { url?: string } }
}

/** Returns the events of the main thread while `act` runs on a CPU that is `slowdown` times slower. */
export async function trace(page: ChromiumPage, slowdown: number, act: () => Promise<unknown>): Promise<TraceEvent[]> {
  const browser = page.playwright.context().browser()
  if (!browser) throw new Error('the page has no browser')
  const session = await page.playwright.context().newCDPSession(page.playwright)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  await browser.startTracing(page.playwright, { categories: ['toplevel', 'devtools.timeline'] })
  await act()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] }
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  await session.detach()
  return traceEvents
}

/** The stretches that began in the tag's own scripts: their evaluation, and their callbacks. */
function ownStretches(events: readonly TraceEvent[]): TraceEvent[] {
  const own = events.filter(
    ({ name, args }) =>
      /^(EvaluateScript|FunctionCall|v8\.compile)$/.test(name) &&
      /\/pp\/prepaint[^/]*\.js$/.test(args?.data?.url ?? ''),
  )
  if (own.length === 0)
    throw new Error('the trace holds nothing of /pp/prepaint.js: the names of its events have changed')
  return own
}

const cpuMs = ({ tdur = 0 }: TraceEvent): number => tdur / 1_000

/** Returns the CPU time of the longest stretch of the tag's, in ms. */
export function longestStretchMs(events: readonly TraceEvent[]): number {
  return Math.max(...ownStretches(events).map(cpuMs))
}

/** Returns true if `inner` runs within `outer`. */
function isWithin(inner: TraceEvent, outer: TraceEvent): boolean {
  return (
    inner !== outer &&
    inner.pid === outer.pid &&
    inner.tid === outer.tid &&
    inner.ts >= outer.ts &&
    inner.ts + (inner.dur ?? 0) <= outer.ts + (outer.dur ?? 0)
  )
}

/** Returns the CPU time that the tag takes of the task of which it takes most, in ms: all its stretches there together. */
export function longestTaskMs(events: readonly TraceEvent[]): number {
  const own = ownStretches(events)
  const outer = own.filter((stretch) => !own.some((other) => isWithin(stretch, other)))
  const tasks = events.filter(({ name }) => name === 'ThreadControllerImpl::RunTask')
  const sums = tasks.map((task) =>
    outer.filter((stretch) => isWithin(stretch, task)).reduce((sum, stretch) => sum + cpuMs(stretch), 0),
  )
  const longest = Math.max(0, ...sums)
  if (longest === 0) throw new Error('the trace has no tasks: the names of its events have changed')
  return longest
}
