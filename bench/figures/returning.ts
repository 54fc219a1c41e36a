import type { ChromiumPage } from '../../lab/engine/chromium.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { connect } from '../connection.ts'
import type { Measurement } from '../figure.ts'
import { medianUpperBound } from '../statistics.ts'

const PAIRS = 40

const facts = `(() => {
  const paintMs = performance.getEntriesByName('first-contentful-paint')[0].startTime
  const ours = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/pp/'))
  return { paintMs: paintMs - performance.getEntriesByType('navigation')[0].responseStart,
    before: ours.filter(({ startTime }) => startTime < paintMs).length }
})()`

interface Facts {
  /** First contentful paint, in ms after the first byte. */
  paintMs: number
  before: number
}

async function view(page: ChromiumPage, url: string, isPersonal: boolean): Promise<Facts> {
  await page.goto(url, { until: 'load' })
  const isAsked = `performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/v1/decide'))`
  const hasPainted = `performance.getEntriesByName('first-contentful-paint').length > 0`
  await readFrames(page, isPersonal ? `${hasPainted} && ${isAsked}` : hasPainted)
  return page.evaluate<Facts>(facts)
}

/** What the tag costs somebody who has been here before, against the same page without it, in turn. */
export const returning: Measurement = {
  title: `returning visitor, ${PAIRS} pairs of views with and without the tag, 50 ms round trip`,
  families: ['returning.'],
  async measure() {
    const { engine, origin, close } = await connect(50, 0)
    const page = await engine.open()
    const differences: number[] = []
    let before = 0
    // The first two bring the connection, the cache and the visitor.
    await view(page, `${origin}/bare`, false)
    await view(page, `${origin}/`, true)
    for (let pair = 0; pair < PAIRS; pair++) {
      const without = await view(page, `${origin}/bare`, false)
      const tagged = await view(page, `${origin}/`, true)
      differences.push(tagged.paintMs - without.paintMs)
      before = Math.max(before, tagged.before)
    }
    await close()
    return [
      { name: 'returning.requestsBeforePaint', value: before, unit: 'requests', limit: 0 },
      { name: 'returning.fcpAddedMs', value: medianUpperBound(differences), unit: 'ms', limit: 17 },
    ]
  },
}
