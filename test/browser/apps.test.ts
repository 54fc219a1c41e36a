import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChromiumBrowser, type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import { type Framework, frameworks, mountedPage } from '../../lab/world/apps/app-page.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import { isAnswerKept, isLate, isLoaded, patientTag } from './expectations.ts'

let world: World
let browser: ChromiumBrowser

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld({ catalog: 'apps/catalog.yaml' }), launchChromium()])
  for (const framework of frameworks) world.pages[`/${framework}`] = await mountedPage(framework, labHead(patientTag))
})
afterAll(async () => {
  await browser.close()
  await world.close()
})

const pages: { [framework: string]: ChromiumPage } = {}

/** The app in the browser of a returning visitor, once the late chunk is there. */
async function openApp(framework: Framework): Promise<ChromiumPage> {
  const url = `${world.site.origin}/${framework}`
  const page = (pages[framework] ??= await browser.open())
  await page.goto(url, { until: 'commit' })
  await page.playwright.waitForFunction(`${isAnswerKept} && ${isLoaded}`)
  await page.goto(url, { until: 'commit' })
  await page.playwright.waitForFunction(`window.app && ${isLoaded} && ${isLate}`)
  return page
}

const shown = `(() => {
  const text = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility()).map((e) => e.innerText.trim().replace(/\\s+/g, ' ')).join('|')
  return {
    failures: window.failures,
    away: text('.away'),
    before: text('.before'),
    headline: text('.headline'),
    teaser: text('.teaser'),
    call: text('.call'),
    href: document.querySelector('.call')?.getAttribute('href'),
    picture: [...document.querySelectorAll('.picture, .no-picture')].map((e) => e.getAttribute('src') ?? e.innerText).join('|'),
    items: text('li'),
  }
})()`

const personal = {
  failures: [],
  away: '',
  before: '',
  headline: 'Personal headline',
  teaser: 'Personal teaser text',
  call: 'Personal call',
  href: '#personal',
  picture: '/personal.svg',
  items: 'Original one|Personal two|Original three',
}
const away = { away: 'Away', headline: '', teaser: '', call: '', picture: '', items: '' }
const german = { headline: 'Andere Überschrift', teaser: 'Anderer Anreißer', call: 'Anderer Aufruf', href: '#original' }

/** Something that the app does, and what of the page is different then. */
const operations: [name: string, patches: object[], change: object][] = [
  ['renders', [], {}],
  ['toggles the language', [{ language: 'de' }], german],
  ['toggles the language and back', [{ language: 'de' }, { language: 'en' }], {}],
  ['removes an element of a slot', [{ bold: 'none' }], { teaser: 'Original' }],
  ['replaces an element of a slot', [{ bold: 'em' }], { teaser: 'Original teaser' }],
  ['inserts before an element of a slot', [{ bold: 'before' }], { teaser: 'Original new-teaser' }],
  ['removes a picture', [{ picture: 'none' }], { picture: '' }],
  ['replaces a picture', [{ picture: 'div' }], { picture: 'No picture' }],
  ['inserts before a slot', [{ hasBefore: true }], { before: 'Before' }],
  ['sorts a list', [{ items: ['three', 'two', 'one'] }], { items: 'Original three|Personal two|Original one' }],
  ['removes a slot', [{ items: ['three', 'one'] }], { items: 'Original three|Original one' }],
  ['goes away', [{ isHome: false }], { ...away, href: undefined }],
  ['goes away and comes back', [{ isHome: false }, { isHome: true }], {}],
]
const cases = frameworks.flatMap((framework) =>
  operations.map((operation): [Framework, ...typeof operation] => [framework, ...operation]),
)

test.each(cases)(
  '%s %s: no exception, and the page shows what it should',
  async (framework, _name, patches, change) => {
    const page = await openApp(framework)
    for (const patch of patches) {
      await page.evaluate(`void window.app.set(${JSON.stringify(patch)})`)
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    }
    // On a busy machine React renders later than in the second frame.
    await expect.poll(() => page.evaluate(shown)).toEqual({ ...personal, ...change })
  },
)
