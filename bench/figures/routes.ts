import type { Browser } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { navigate, type Navigation, openRoutes } from '../../lab/world/routes/navigate.ts'
import { routePage } from '../../lab/world/routes/route-page.ts'
import { routes } from '../../lab/world/routes/routes.ts'
import { inlineTag } from '../../lab/world/tag.ts'
import { createWorld, type World } from '../../lab/world/world.ts'
import type { Figure, Measurement } from '../figure.ts'

const NAVIGATIONS = 42

/** Times that the service takes longer, in ms, one after the other: the last is more than a slot is hidden. */
const DELAYS_MS = [0, 30, 300]

/** Longest time that a slot may be hidden: its budget, and one frame at 60 Hz. */
const HIDDEN_MS = 217

/** Navigates through the routes of an app of react-router; by delay of the answer, as each was seen. */
async function navigations(browser: Browser, world: World): Promise<{ delayMs: number; seen: Navigation }[]> {
  const page = await browser.open()
  await openRoutes(page, `${world.site.origin}/react-router`)
  const all = []
  const paths = ['/second', '/third', '']
  for (let count = 0; count < NAVIGATIONS; count++) {
    const delayMs = DELAYS_MS[count % DELAYS_MS.length] ?? 0
    world.fault.setFault({ kind: 'delay', delayMs })
    // Each route is met with each delay.
    const path = paths[(count + Math.floor(count / DELAYS_MS.length)) % paths.length] ?? ''
    all.push({ delayMs, seen: await navigate(page, `window.app.go('${path}')`) })
  }
  world.fault.setFault({ kind: 'none' })
  await page.close()
  return all
}

function figuresOf(name: string, all: { delayMs: number; seen: Navigation }[]): Figure[] {
  const share = (isLate: boolean, outcome: string): number => {
    const some = all.filter(({ delayMs }) => delayMs > 200 === isLate)
    return (100 * some.filter(({ seen }) => seen.outcome === outcome).length) / some.length
  }
  const frames = all.reduce((sum, { seen }) => sum + seen.originalFrames, 0)
  const hiddenMs = Math.max(...all.map(({ seen }) => seen.hiddenMs))
  return [
    { name: `spa.originalFrames.${name}`, value: frames, unit: 'frames', limit: 0 },
    { name: `spa.shownPct.${name}`, value: share(false, 'shown'), unit: '%', limit: 100, isFloor: true },
    { name: `spa.latePct.${name}`, value: share(true, 'late'), unit: '%', limit: 100, isFloor: true },
    { name: `spa.hiddenMs.${name}`, value: hiddenMs, unit: 'ms', limit: HIDDEN_MS },
  ]
}

export const softNavigations: Measurement = {
  title: `${NAVIGATIONS} routes of a single-page app in every browser, answers after ${DELAYS_MS.join(', ')} ms`,
  families: ['spa.originalFrames', 'spa.shownPct', 'spa.latePct', 'spa.hiddenMs'],
  async measure() {
    const world = await createWorld({ catalog: 'routes/catalog.yaml' })
    const page = await routePage('react-router', inlineTag({ 'data-site': 'lab', 'data-consent': 'granted' }))
    for (const path of Object.keys(routes)) world.pages[`/react-router${path}`] = page
    const browsers = await openBrowsers()
    const figures: Figure[] = []
    for (const browser of browsers) {
      figures.push(...figuresOf(browser.name, await navigations(browser, world)))
      await browser.close()
    }
    await world.close()
    return figures
  },
}
