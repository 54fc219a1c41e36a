import type { ChromiumPage } from '../../lab/browser/chromium.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { quantile } from '../../lab/statistics.ts'
import { brandPage } from '../../lab/world/brand-page.ts'
import { tagAttributes } from '../../lab/world/world.ts'
import { connect, type Connection } from '../connection.ts'
import type { Measurement } from '../figure.ts'

const VISITORS = 15

interface TraceEvent {
  name: string
  /** CPU time of the thread, in µs: without the time that it waited for a core, or for another process to answer. */
  tdur?: number
  args?: { data?: { url?: string } }
}

/** CPU time of the longest stretch that began in the tag's own script, in ms: its evaluation, or one of its callbacks. */
function longestMs(events: TraceEvent[]): number {
  const own = events.filter(
    ({ name, args }) =>
      /^(EvaluateScript|FunctionCall|v8\.compile)$/.test(name) && args?.data?.url?.endsWith('/pp/prepaint.js'),
  )
  if (own.length === 0)
    throw new Error('the trace holds nothing of /pp/prepaint.js: the names of its events have changed')
  return Math.max(...own.map(({ tdur = 0 }) => tdur)) / 1_000
}

const isSettled = `performance.getEntriesByType('mark').some(({ name }) => /^pp:(shown|fallback|late)/.test(name))`

async function traceView(page: ChromiumPage, url: string, slowdown: number): Promise<number> {
  const browser = page.playwright.context().browser()
  if (!browser) throw new Error('the page has no browser')
  const session = await page.playwright.context().newCDPSession(page.playwright)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
  await browser.startTracing(page.playwright, { categories: ['devtools.timeline'] })
  await page.goto(url, { until: 'load' })
  await readFrames(page, isSettled)
  const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] }
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  await session.detach()
  return longestMs(trace.traceEvents)
}

interface Longest {
  fresh: number[]
  returning: number[]
}

/** A visitor's first view, in a renderer that was started for it, and the one after. */
async function traceVisitor({ browser, origin }: Connection, slowdown: number, longest: Longest): Promise<void> {
  const page = await browser.open()
  longest.fresh.push(await traceView(page, `${origin}/traced`, slowdown))
  await page.playwright.waitForFunction('JSON.parse(localStorage.pp || "{}").answer')
  longest.returning.push(await traceView(page, `${origin}/traced`, slowdown))
  await page.close()
}

/** Time that the tag takes of the page's main thread: the median of the longest stretch of each view. */
export const mainThread: Measurement = {
  title: `CPU time on the main thread, ${VISITORS} visitors with a first and a second view, at full speed and at 4x CPU`,
  families: ['tag.longestTaskMs'],
  async measure() {
    const connection = await connect(0, 30)
    // By its own address, so that the trace can tell it from the page's other scripts.
    const attributes = Object.entries(tagAttributes)
      .map(([name, value]) => `${name}='${value}'`)
      .join(' ')
    connection.world.pages['/traced'] = brandPage(`<script src="/pp/prepaint.js" ${attributes}></script>`)
    const full: Longest = { fresh: [], returning: [] }
    const slow: Longest = { fresh: [], returning: [] }
    for (let visitor = 0; visitor < VISITORS; visitor++) {
      await traceVisitor(connection, 1, full)
      await traceVisitor(connection, 4, slow)
    }
    await connection.close()
    return [
      { name: 'tag.longestTaskMs', value: quantile(full.fresh, 0.5), unit: 'ms', limit: 3 },
      { name: 'tag.longestTaskMs.returning', value: quantile(full.returning, 0.5), unit: 'ms', limit: 3 },
      { name: 'tag.longestTaskMs4x', value: quantile(slow.fresh, 0.5), unit: 'ms', limit: 12 },
      { name: 'tag.longestTaskMs4x.returning', value: quantile(slow.returning, 0.5), unit: 'ms', limit: 12 },
    ]
  },
}
