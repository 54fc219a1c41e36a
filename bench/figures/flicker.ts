import type { Browser } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { originalFramesBeforePersonal } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { probes } from '../../lab/world/brand-page.ts'
import { createWorld, type World } from '../../lab/world/world.ts'
import type { Figure, Measurement } from '../figure.ts'

const VISITORS = 10

/** Frames of the original that anybody saw before the personal content: new and returning visitors, torn slots too. */
async function flickerOf(browser: Browser, world: World): Promise<Figure> {
  let frameCount = 0
  for (let visitor = 0; visitor < VISITORS; visitor++) {
    const page = await browser.open()
    for (const path of ['/torn', '/', '/torn']) {
      await page.goto(world.site.origin + path, { until: 'load' })
      const frames = await readFrames(
        page,
        `performance.getEntriesByType('mark').some(({ name }) => /^pp:(shown|fallback)/.test(name))`,
      )
      for (const { slot } of probes) frameCount += originalFramesBeforePersonal(frames, slot)
    }
    await page.close()
  }
  return { name: `flicker.originalFrames.${browser.name}`, value: frameCount, unit: 'frames', limit: 0 }
}

export const flicker: Measurement = {
  title: `flicker, ${VISITORS} visitors with 3 views each in every browser`,
  families: ['flicker.'],
  async measure() {
    const world = await createWorld()
    const browsers = await openBrowsers()
    const figures: Figure[] = []
    for (const browser of browsers) {
      figures.push(await flickerOf(browser, world))
      await browser.close()
    }
    await world.close()
    return figures
  },
}
