import { type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import { quantile } from '../../lab/statistics.ts'
import { busyPage, SLOTS } from '../../lab/world/busy/busy-page.ts'
import { chunkPath, inlineTag } from '../../lab/world/tag.ts'
import { createWorld } from '../../lab/world/world.ts'
import type { Figure, Measurement } from '../figure.ts'

const ROUNDS = 8
const FRAMES = 60

const isAnswered = `JSON.parse(localStorage.pp || '{}').answer`

/** True once all variants are shown, and both of the tag's observers watch them. */
const isWatched = `performance.getEntriesByType('mark').filter(({ name }) => name.startsWith('pp:shown:')).length === ${SLOTS} &&
  performance.getEntriesByName(location.origin + '${chunkPath('late', 'minified')}').length > 0`

/** Mean of a few frames: a clock that ticks every 5 µs is exact on average. */
const MEAN_OF = 10

/** Returns the time that the writes of a frame take, with all that observes them, in µs: the means of ten frames each. */
async function frameTimesUs(page: ChromiumPage): Promise<number[]> {
  const times = await page.evaluate<number[]>(`moveFor(${FRAMES})`)
  return Array.from({ length: FRAMES / MEAN_OF }, (_none, index) => {
    const some = times.slice(index * MEAN_OF, (index + 1) * MEAN_OF)
    return (1_000 * some.reduce((sum, ms) => sum + ms, 0)) / MEAN_OF
  })
}

/** Returns what the tag adds to the writes of a frame, in µs: the median with it less the median without it, in turn. */
async function addedUs(tagged: ChromiumPage, bare: ChromiumPage, slowdown: number): Promise<number> {
  const times: { tagged: number[]; bare: number[] } = { tagged: [], bare: [] }
  const sessions = []
  for (const page of [tagged, bare]) {
    const session = await page.playwright.context().newCDPSession(page.playwright)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    sessions.push(session)
  }
  for (let round = 0; round < ROUNDS; round++) {
    times.bare.push(...(await frameTimesUs(bare)))
    times.tagged.push(...(await frameTimesUs(tagged)))
  }
  for (const session of sessions) await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  return quantile(times.tagged, 0.5) - quantile(times.bare, 0.5)
}

/** Time that the tag takes in each frame of a page that moves. */
export const observer: Measurement = {
  title: `60 style writes a frame in a page of 5,000 nodes with ${SLOTS} slots, with and without the tag, at full speed and at 4x CPU`,
  families: ['spa.observerUsPerFrame'],
  async measure() {
    const [world, browser] = await Promise.all([createWorld({ catalog: 'busy/catalog.yaml' }), launchChromium()])
    world.pages['/tagged'] = busyPage(inlineTag({ 'data-site': 'lab', 'data-consent': 'granted' }))
    world.pages['/bare'] = busyPage('')
    const [tagged, bare] = [await browser.open(), await browser.open()]
    await bare.goto(`${world.site.origin}/bare`, { until: 'load' })
    for (const isSettled of [isAnswered, isWatched]) {
      await tagged.goto(`${world.site.origin}/tagged`, { until: 'load' })
      await tagged.playwright.waitForFunction(isSettled)
    }
    const figures: Figure[] = [
      { name: 'spa.observerUsPerFrame', value: await addedUs(tagged, bare, 1), unit: 'µs', limit: 50 },
      { name: 'spa.observerUsPerFrame4x', value: await addedUs(tagged, bare, 4), unit: 'µs', limit: 200 },
    ]
    await browser.close()
    await world.close()
    return figures
  },
}
