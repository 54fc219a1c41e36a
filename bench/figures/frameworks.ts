import { type ChromiumBrowser, type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { frameworks, hydratedPage, hydrating, mountedPage, renderApps } from '../../lab/world/apps/app-page.ts'
import { changeApp, openApp, operations, personal, shownIn } from '../../lab/world/apps/operations.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import type { Measurement } from '../figure.ts'

/** Opens a page as a returning visitor; an app that shows no variant would have no trouble with one. */
async function openPersonal(page: ChromiumPage, url: string): Promise<void> {
  await openApp(page, url)
  const { headline } = await shownIn(page)
  if (headline !== personal.headline) throw new Error(`${url} shows ${headline}, which is not personal`)
}

/** Counts exceptions, rejections, errors and warnings of the apps' own code over all operations. */
async function exceptionsOf(world: World, browser: ChromiumBrowser): Promise<number> {
  let exceptions = 0
  for (const framework of frameworks) {
    world.pages[`/${framework}`] = await mountedPage(framework, labHead())
    const page = await browser.open()
    for (const [, patches] of operations) {
      await openPersonal(page, `${world.site.origin}/${framework}`)
      for (const patch of patches) await changeApp(page, patch)
      exceptions += (await shownIn(page)).failures.length
    }
    await page.close()
  }
  return exceptions
}

interface Hydration {
  warnings: number
  recreated: number
}

const hydration = `({
  warnings: failures.length + recovered.length,
  recreated: served.filter((element) => !element.isConnected).length,
})`

/** Counts what frameworks complain of when they hydrate prepared elements, and how many of these they replace. */
async function hydrationsOf(world: World, browser: ChromiumBrowser): Promise<Hydration> {
  const sum: Hydration = { warnings: 0, recreated: 0 }
  for (const mode of ['development', 'production'] as const) {
    const rendered = await renderApps('Prepared', mode)
    for (const framework of hydrating) {
      const html = rendered[framework] ?? ''
      world.pages['/hydrated'] = await hydratedPage(framework, labHead(), { html, mode, name: 'Prepared' })
      const page = await browser.open()
      await openPersonal(page, `${world.site.origin}/hydrated`)
      // Twenty frames more, in which a framework may put right what it finds wrong.
      await readFrames(page, '(window.left = (window.left ?? 20) - 1) < 0')
      const { warnings, recreated } = await page.evaluate<Hydration>(hydration)
      sum.warnings += warnings
      sum.recreated += recreated
      await page.close()
    }
  }
  return sum
}

/** Harm to the pages' own frameworks. */
export const frameworkHarm: Measurement = {
  title: `${operations.length} operations in ${frameworks.length} frameworks, and hydration in ${hydrating.length}`,
  families: ['frameworks.', 'hydrate.'],
  async measure() {
    const [world, browser] = await Promise.all([createWorld({ catalog: 'apps/catalog.yaml' }), launchChromium()])
    try {
      const exceptions = await exceptionsOf(world, browser)
      const { warnings, recreated } = await hydrationsOf(world, browser)
      return [
        { name: 'frameworks.exceptions', value: exceptions, unit: 'exceptions', limit: 0 },
        { name: 'hydrate.warnings', value: warnings, unit: 'warnings', limit: 0 },
        { name: 'hydrate.recreated', value: recreated, unit: 'elements', limit: 0 },
      ]
    } finally {
      await browser.close()
      await world.close()
    }
  },
}
