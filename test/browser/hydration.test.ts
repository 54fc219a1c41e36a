import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChromiumBrowser, type ChromiumPage, launchChromium } from '../../lab/browser/chromium.ts'
import type { SitePage } from '../../lab/network/site.ts'
import { originalFramesBeforePersonal } from '../../lab/sampler/frames.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { type Framework, hydratedPage, hydrating, type Mode, renderApps } from '../../lab/world/apps/app-page.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import { isAnswerKept, isLoaded, patientTag } from './expectations.ts'

let world: World
let browser: ChromiumBrowser
let page: ChromiumPage

const modes = ['development', 'production'] as const

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld({ catalog: 'apps/catalog.yaml' }), launchChromium()])
  for (const mode of modes)
    for (const name of ['App', 'Prepared'] as const) {
      const rendered = await renderApps(name, mode)
      for (const framework of hydrating) {
        const html = rendered[framework] ?? ''
        world.pages[`/${framework}/${name}/${mode}`] = await hydratedPage(framework, labHead(patientTag), {
          html,
          mode,
          name,
        })
      }
    }
  page = await browser.open()
}, 120_000)
afterAll(async () => {
  await browser.close()
  await world.close()
})

/** A visitor who types before the page is hydrated. */
const typing = `<script>document.querySelector('.input').value = 'typed'</script></body>`

function typedIn({ chunks }: SitePage): SitePage {
  return { chunks: chunks.map(({ html }) => ({ html: html.replace('</body>', typing) })) }
}

const said = `(() => {
  const text = (selector) => document.querySelector(selector).innerText.trim().replace(/\\s+/g, ' ')
  return { headline: text('.headline'), teaser: text('.teaser'), call: text('.call'), href: document.querySelector('.call').getAttribute('href') }
})()`

/** Opens the page of a returning visitor, which is hydrated by a module script in the head, before the late chunk comes; returns what is seen. */
async function hydrate(framework: Framework, name: 'App' | 'Prepared', mode: Mode) {
  const url = `${world.site.origin}/${framework}/${name}/${mode}`
  await page.goto(url, { until: 'commit' })
  await page.playwright.waitForFunction(`${isAnswerKept} && ${isLoaded}`)
  await page.goto(url, { until: 'commit' })
  // Twenty frames more: what a framework puts right afterwards is to be seen.
  const frames = await readFrames(page, `window.app && ${isLoaded} && (window.left = (window.left ?? 20) - 1) < 0`)
  return {
    said: await page.evaluate(said),
    originals: ['headline', 'teaser', 'call'].map((slot) => originalFramesBeforePersonal(frames, slot)),
    recreated: await page.evaluate<number>('served.filter((element) => !element.isConnected).length'),
    recovered: await page.evaluate<string[]>('window.recovered'),
    failures: await page.evaluate<string[]>('window.failures'),
  }
}

const personal = {
  said: { headline: 'Personal headline', teaser: 'Personal teaser text', call: 'Personal call', href: '#personal' },
  originals: [0, 0, 0],
}
const cases = hydrating.flatMap((framework) => modes.map((mode): [Framework, Mode] => [framework, mode]))

test.each(cases)('%s hydrates a prepared slot without a word, and it stays personal (%s)', async (framework, mode) => {
  expect(await hydrate(framework, 'Prepared', mode)).toEqual({ ...personal, recreated: 0, recovered: [], failures: [] })
})

test.each(cases)(
  '%s hydrates a slot that is not prepared, and every frame is personal (%s)',
  async (framework, mode) => {
    const seen = await hydrate(framework, 'App', mode)
    expect(seen).toMatchObject(personal)
    // React tells of one error, from which it recovers; the others warn.
    expect(seen.recovered.length).toBe(framework === 'react' ? 1 : 0)
  },
)

test('what a visitor has typed before React hydrates is lost where React itself would lose it, and nowhere else', async () => {
  const html = (await renderApps('App', 'production'))['react'] ?? ''
  const app = { mode: 'production', name: 'App', html } as const
  const mismatched = { ...app, html: html.replace('Original headline', 'Another headline') }
  expect(mismatched.html).not.toBe(html)
  const typedAt = (path: string): SitePage => typedIn(world.pages[`/react/${path}/production`] as SitePage)
  Object.assign(world.pages, {
    '/react/own-mismatch/production': typedIn(await hydratedPage('react', '', mismatched)),
    '/react/no-mismatch/production': typedIn(await hydratedPage('react', '', app)),
    '/react/typed-unprepared/production': typedAt('App'),
    '/react/typed-prepared/production': typedAt('Prepared'),
  })
  const typed = async (path: string): Promise<unknown> => {
    const url = `${world.site.origin}/react/${path}/production`
    await page.goto(url, { until: 'commit' })
    await page.playwright.waitForFunction(path.startsWith('typed') ? `${isAnswerKept} && ${isLoaded}` : 'window.app')
    await page.goto(url, { until: 'commit' })
    // React has hydrated once the app can be told something; the frames after it put right what it found.
    await page.playwright.waitForFunction(`window.app && (window.left = (window.left ?? 20) - 1) < 0`)
    const headline = await page.evaluate<string>(`document.querySelector('.headline').innerText.trim()`)
    return [headline, await page.evaluate<string>(`document.querySelector('.input').value`)]
  }
  expect(await typed('no-mismatch')).toEqual(['Original headline', 'typed'])
  expect(await typed('own-mismatch')).toEqual(['Original headline', ''])
  expect(await typed('typed-unprepared')).toEqual(['Personal headline', ''])
  expect(await typed('typed-prepared')).toEqual(['Personal headline', 'typed'])
})
