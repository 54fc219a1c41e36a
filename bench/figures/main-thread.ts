import type { ChromiumPage } from '../../lab/browser/chromium.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { quantile } from '../../lab/statistics.ts'
import { brandPage } from '../../lab/world/brand-page.ts'
import { tagByAddress } from '../../lab/world/tag.ts'
import { tagAttributes } from '../../lab/world/world.ts'
import { connect, type Connection } from '../connection.ts'
import type { Measurement } from '../figure.ts'
import { longestStretchMs, trace } from '../trace.ts'

const VISITORS = 15

const isSettled = `performance.getEntriesByType('mark').some(({ name }) => /^pp:(shown|fallback|late)/.test(name))`

async function traceView(page: ChromiumPage, url: string, slowdown: number): Promise<number> {
  const events = await trace(page, slowdown, async () => {
    await page.goto(url, { until: 'load' })
    await readFrames(page, isSettled)
  })
  return longestStretchMs(events)
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
    connection.world.pages['/traced'] = brandPage(tagByAddress(tagAttributes))
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
