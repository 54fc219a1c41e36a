import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Browser, Page } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { buildKitApp, type KitApp } from '../../lab/world/routes/kit-app.ts'
import { navigate } from '../../lab/world/routes/navigate.ts'
import { type NextApp, startNextApp } from '../../lab/world/routes/next-app.ts'
import { routePage, type Router, routers } from '../../lab/world/routes/route-page.ts'
import { routes } from '../../lab/world/routes/routes.ts'
import { inlineTag } from '../../lab/world/tag.ts'
import { createWorld, type World } from '../../lab/world/world.ts'
import { browserNames } from '../../scripts/browsers.mjs'
import { hasMarked, isAnswerKept, isLate, isLoaded } from './expectations.ts'

/** Longer than any slot is hidden. */
const LATE_MS = 1_200

type App = Router | 'sveltekit' | 'next'

let world: World
let browsers: Browser[]
let kit: KitApp
let next: NextApp

beforeAll(async () => {
  kit = await buildKitApp()
  next = await startNextApp()
  const options = {
    catalog: 'routes/catalog.yaml',
    appPort: next.port,
    asset: (path: string) => next.asset(path) ?? kit.asset(path),
  }
  ;[world, browsers] = await Promise.all([createWorld(options), openBrowsers()])
  const tag = inlineTag({ 'data-site': 'lab', 'data-consent': 'granted', 'data-budget': '800' })
  for (const app of [...routers, 'sveltekit'] as const) {
    const page = app === 'sveltekit' ? kit.page(tag) : await routePage(app, tag)
    for (const path of [...Object.keys(routes), '/entrance']) world.pages[`/${app}${path}`] = page
  }
}, 180_000)
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await world.close()
  await Promise.all([kit.remove(), next.close()])
})
beforeEach(() => {
  world.fault.setFault({ kind: 'none' })
})

function browserOf(name: string): Browser {
  return browsers.find((browser) => browser.name === name) ?? expect.unreachable(`${name} is not running`)
}

async function openApp(name: string, router: App): Promise<Page> {
  const page = await browserOf(name).open()
  const url = `${world.site.origin}/${router}`
  await page.goto(url, { until: 'load' })
  await waitFor(page, `${isAnswerKept} && ${isLoaded}`)
  await page.goto(url, { until: 'load' })
  await waitFor(page, `window.app && ${isLate}`)
  return page
}

async function waitFor(page: Page, condition: string): Promise<void> {
  await expect.poll(() => page.evaluate(`!!(${condition})`), { timeout: 20_000 }).toBe(true)
}

const personal = { promo: 'Personal promo', teaser: 'Personal teaser' }
const headlines: { [route: string]: [personal: string, original: string] } = {
  '': ['Personal home', routes[''].headline],
  '/second': ['Personal second', routes['/second'].headline],
  '/third': ['Personal third', routes['/third'].headline],
}

const headline = `document.querySelector('.headline').innerText.trim()`

const go = (route: string): string => `window.app.go('${route}')`

const cases = browserNames().flatMap((name): [string, App][] => {
  // The last two in one browser alone, because they take longest.
  const apps: App[] = [...routers, ...(name === 'chromium' ? (['sveltekit', 'next'] as const) : [])]
  return apps.map((app) => [name, app])
})

test.each(cases)(
  '%s, %s: a route is personal from its first frame, and one whose answer is late is the brand’s own',
  async (name, router) => {
    const page = await openApp(name, router)
    await navigate(page, go('/second'))
    const back = await navigate(page, 'history.back()')
    expect(back).toMatchObject({
      outcome: 'shown',
      originalFrames: 0,
      texts: { ...personal, headline: 'Personal home' },
    })
    for (const delayMs of [0, 30, LATE_MS]) {
      world.fault.setFault(delayMs ? { kind: 'delay', delayMs } : { kind: 'none' })
      for (const route of delayMs === LATE_MS ? ['/second'] : ['/second', '/third', '']) {
        const seen = await navigate(page, go(route))
        const [variant = '', original = ''] = headlines[route] ?? []
        const isOver = delayMs === LATE_MS
        expect({ delayMs, route, ...seen }).toEqual({
          ...{ delayMs, route, hiddenMs: expect.any(Number), originalFrames: 0, outcome: isOver ? 'late' : 'shown' },
          texts: { ...personal, headline: isOver ? original : variant },
        })
        expect(seen.hiddenMs).toBeLessThanOrEqual(800)
      }
    }
    expect(await page.evaluate('window.failures')).toEqual([])
    await page.close()
  },
)

test.each(cases)(
  '%s, %s: an app that goes on before it has shown anything shows the route at which it ends',
  async (name, router) => {
    const page = await browserOf(name).open()
    await page.goto(`${world.site.origin}/${router}/entrance`, { until: 'load' })
    await waitFor(
      page,
      `${isAnswerKept} && ${isLate} && ${hasMarked('shown:headline')} || ${hasMarked('late:headline')}`,
    )
    const isShown = await page.evaluate(hasMarked('shown:headline'))
    expect(await page.evaluate(headline)).toBe(headlines['/second']?.[isShown ? 0 : 1])
    expect(await page.evaluate('window.failures')).toEqual([])
    expect(await page.evaluate('JSON.parse(localStorage.pp).session.views')).toBe(2)
    await page.close()
  },
)

/** Changes the route within a view transition, in which nothing is painted until the app has rendered. */
const goInTransition = (route: string): string => `window.transition = document.startViewTransition(() => {
  const isRendered = new Promise((resolve) => {
    new MutationObserver(resolve).observe(document.querySelector('#root'), { childList: true, characterData: true, subtree: true })
  })
  ${go(route)}
  return isRendered
})`

test.for(cases)(
  '%s, %s: a route that the app shows in a view transition is personal from its first frame',
  async ([name, router], { skip }) => {
    const page = await openApp(name, router)
    const isSupported = await page.evaluate(`'startViewTransition' in document`)
    if (isSupported) {
      for (const delayMs of [0, 30]) {
        world.fault.setFault(delayMs ? { kind: 'delay', delayMs } : { kind: 'none' })
        for (const route of ['/second', '/third', '']) {
          const { outcome, originalFrames, texts } = await navigate(page, goInTransition(route))
          const [variant = ''] = headlines[route] ?? []
          expect({ delayMs, route, outcome, originalFrames, texts }).toEqual({
            ...{ delayMs, route, outcome: 'shown', originalFrames: 0 },
            texts: { ...personal, headline: variant },
          })
          // It rejects if the browser has skipped the transition.
          await page.evaluate('Promise.all([window.transition.ready, window.transition.finished]).then(() => 1)')
        }
      }
      expect(await page.evaluate('window.failures')).toEqual([])
    }
    await page.close()
    skip(!isSupported, `${name} has no view transitions`)
  },
)
