import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser, Page } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { type Framework, frameworks, mountedPage } from '../../lab/world/apps/app-page.ts'
import {
  type AppOperation,
  changeApp,
  openApp,
  operations,
  personal,
  resetApp,
  shownIn,
} from '../../lab/world/apps/operations.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import { type BrowserName, browserNames } from '../../scripts/browsers.mjs'
import { patientTag } from './expectations.ts'

let world: World
let browsers: Browser[]

beforeAll(async () => {
  ;[world, browsers] = await Promise.all([createWorld({ catalog: 'apps/catalog.yaml' }), openBrowsers()])
  for (const framework of frameworks) world.pages[`/${framework}`] = await mountedPage(framework, labHead(patientTag))
})
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await world.close()
})

const pages: { [visitor: string]: Page } = {}

/** The app in the browser of a returning visitor, once the late chunk is there. */
async function open(name: BrowserName, framework: Framework): Promise<Page> {
  const browser = browsers.find((one) => one.name === name) ?? expect.unreachable(`${name} is not running`)
  const page = (pages[`${name} ${framework}`] ??= await browser.open())
  await openApp(page, `${world.site.origin}/${framework}`)
  return page
}

async function operate(page: Page, [operation, patches, change]: AppOperation): Promise<void> {
  for (const patch of patches) await changeApp(page, patch)
  // On a busy machine React renders later than in the second frame.
  await expect
    .poll(async () => ({ operation, ...(await shownIn(page)) }))
    .toEqual({ operation, ...personal, ...change })
}

const names = browserNames()
const cases = frameworks.flatMap((framework) => operations.map((operation) => [framework, ...operation] as const))

test.each(names.includes('chromium') ? cases : [])(
  '%s %s: no exception, and the page shows what it should',
  async (framework, ...operation) => {
    await operate(await open('chromium', framework), operation)
  },
)

// All in one page, because these browsers take longer to open one.
test.each(
  names
    .filter((name) => name !== 'chromium')
    .flatMap((name) => frameworks.map((framework) => [name, framework] as const)),
)(
  '%s: whatever %s does, one after the other, there is no exception, and the page shows what it should',
  async (name, framework) => {
    const page = await open(name, framework)
    for (const operation of operations) {
      await operate(page, operation)
      await resetApp(page)
      await operate(page, ['goes back from: ' + operation[0], [], {}])
    }
    await page.close()
  },
)
