import type { ChromiumPage } from '../../lab/browser/chromium.ts'
import { quantile } from '../../lab/statistics.ts'
import { navigate, openRoutes } from '../../lab/world/routes/navigate.ts'
import { routePage } from '../../lab/world/routes/route-page.ts'
import { routes } from '../../lab/world/routes/routes.ts'
import { tagByAddress } from '../../lab/world/tag.ts'
import { connect } from '../connection.ts'
import type { Measurement } from '../figure.ts'
import { longestTaskMs, trace } from '../trace.ts'

const NAVIGATIONS = 15

/** Returns the longest task of each navigation, in ms of CPU time. */
async function longestTasks(page: ChromiumPage, slowdown: number): Promise<number[]> {
  const all: number[] = []
  const paths = ['/second', '/third', '']
  for (let count = 0; count < NAVIGATIONS; count++) {
    const path = paths[count % paths.length] ?? ''
    const events = await trace(page, slowdown, () => navigate(page, `window.app.go('${path}')`))
    all.push(longestTaskMs(events))
  }
  return all
}

/** Time that the tag takes of the main thread when an app changes its route: the median of the longest task of each navigation. */
export const routesMainThread: Measurement = {
  title: `CPU time on the main thread, ${NAVIGATIONS} routes of an app at full speed, and as many at 4x CPU`,
  families: ['spa.taskMs'],
  async measure() {
    const { world, browser, origin, close } = await connect(0, 30, { catalog: 'routes/catalog.yaml' })
    const app = await routePage('react-router', tagByAddress({ 'data-site': 'lab', 'data-consent': 'granted' }))
    for (const path of Object.keys(routes)) world.pages[`/react-router${path}`] = app
    const page = await browser.open()
    await openRoutes(page, `${origin}/react-router`)
    const full = await longestTasks(page, 1)
    const slow = await longestTasks(page, 4)
    await close()
    return [
      { name: 'spa.taskMs', value: quantile(full, 0.5), unit: 'ms', limit: 3 },
      { name: 'spa.taskMs4x', value: quantile(slow, 0.5), unit: 'ms', limit: 12 },
    ]
  },
}
