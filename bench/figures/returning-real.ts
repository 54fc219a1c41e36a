import type { ChromiumPage } from '../../lab/browser/chromium.ts'
import { medianUpperBound } from '../../lab/statistics.ts'
import { realAsset, realPage, type RealPageName } from '../../lab/world/real-pages.ts'
import { inlineTag } from '../../lab/world/tag.ts'
import { tagAttributes } from '../../lab/world/world.ts'
import { connect, type Connection } from '../connection.ts'
import type { Figure, Measurement } from '../figure.ts'

const PAIRS = 40

/** Resolves with the first contentful paint, in ms after the first byte. */
const paintMs = `new Promise((resolve) => {
  const look = () => {
    const [paint] = performance.getEntriesByName('first-contentful-paint')
    const [{ responseStart }] = performance.getEntriesByType('navigation')
    paint ? resolve(paint.startTime - responseStart) : requestAnimationFrame(look)
  }
  look()
})`

/** True once the answer for the next view is there. */
const isAnswered = `performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/v1/decide'))`

const isPersonal = `performance.getEntriesByName('pp:shown:headline').length > 0`

async function paint(page: ChromiumPage, url: string): Promise<number> {
  await page.goto(url, { until: 'load' })
  return page.evaluate<number>(paintMs)
}

async function paintTagged(page: ChromiumPage, url: string): Promise<number> {
  const ms = await paint(page, url)
  await page.playwright.waitForFunction(isAnswered)
  return ms
}

/** Returns what the tag adds to the first paint of one page, in ms: upper 95 % bound of the median. */
async function addedMs({ world, browser, origin }: Connection, name: RealPageName): Promise<number> {
  const tagged = `${origin}/${name}`
  const bare = `${origin}/${name}-bare`
  const attributes = { ...tagAttributes, 'data-slots': '{"banner":"header.masthead"}' }
  world.pages[`/${name}`] = { chunks: [{ html: realPage(name, inlineTag(attributes)) }] }
  world.pages[`/${name}-bare`] = { chunks: [{ html: realPage(name, '') }] }
  const page = await browser.open()
  // The first two bring the connection, the cache and the visitor.
  await paint(page, bare)
  await paintTagged(page, tagged)
  const values: number[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const without = await paint(page, bare)
    values.push((await paintTagged(page, tagged)) - without)
    if (!(await page.evaluate<boolean>(isPersonal))) throw new Error(`${tagged} is not personal`)
  }
  await page.close()
  return medianUpperBound(values)
}

/** Cost of the tag to the first paint of a returning visitor on pages of others. */
export const returningReal: Measurement = {
  title: `returning visitor on three pages of others, ${PAIRS} pairs of views each with and without the tag, 50 ms round trip`,
  families: ['returning.fcpAddedMs.'],
  async measure() {
    const connection = await connect(50, 0, { asset: realAsset })
    const pages = [
      { name: 'returning.fcpAddedMs.creative', page: 'creative' },
      { name: 'returning.fcpAddedMs.grayscale', page: 'grayscale' },
      { name: 'returning.fcpAddedMs.newAge', page: 'new-age' },
    ] as const
    const figures: Figure[] = []
    for (const { name, page } of pages)
      figures.push({ name, value: await addedMs(connection, page), unit: 'ms', limit: 17 })
    await connection.close()
    return figures
  },
}
