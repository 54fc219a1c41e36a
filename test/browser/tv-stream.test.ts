import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Browser, Page } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { createTvWorld, isTvThere, probe, type TvWorld } from '../../lab/world/tv-world.ts'
import { browserNames } from '../../scripts/browsers.mjs'
import { view } from './expectations.ts'

let world: TvWorld
let browsers: Browser[]

beforeAll(async () => {
  ;[world, browsers] = await Promise.all([createTvWorld(), openBrowsers()])
})
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await world.close()
})
beforeEach(() => {
  world.plan([])
  world.decision = {}
  world.holdsStreams = false
  world.site.requests.clear()
})

const streams = (): number => world.site.requests.of('/pp/v1/live').length

const says = (text: string): string => `document.querySelector('h1').innerText === '${text}'`

async function open(name: string, path = '/tv'): Promise<Page> {
  const browser = browsers.find((one) => one.name === name) ?? expect.unreachable(`${name} is not running`)
  const page = await browser.open()
  await view(page, world.site.origin + path, isTvThere)
  return page
}

test.each(browserNames())('%s: two tabs share one stream, and both show what it tells', async (name) => {
  const page = await open(name)
  await expect.poll(streams).toBe(1)
  const tab = await page.tab()
  await view(tab, `${world.site.origin}/tv`, isTvThere)
  // An airing that nobody had planned: pages with consent ask for themselves.
  world.decision = {
    reason: 'match',
    experience: 'tv',
    variant: 'a',
    operations: [{ op: 'text', value: 'On air now' }],
  }
  world.send({})
  await readFrames(page, says('On air now'))
  await readFrames(tab, says('On air now'))
  expect(streams()).toBe(1)
  await page.close()
})

test.each(browserNames())('%s: what is stopped goes at once, and the page stays as the brand made it', async (name) => {
  world.decision = {
    reason: 'match',
    experience: 'tv',
    variant: 'a',
    operations: [{ op: 'text', value: 'On air now' }],
  }
  const page = await open(name)
  await readFrames(page, says('On air now'))
  await expect.poll(streams).toBe(1)
  world.decision = {}
  world.send({ stop: ['headline'] })
  await readFrames(page, says(probe.original))
  expect(await page.evaluate(`document.querySelector('h1').outerHTML`)).toBe(
    `<h1 data-pp-slot="headline">${probe.original}</h1>`,
  )
  await page.close()
})

test.each(browserNames())('%s: where a proxy holds the stream back, the page asks for itself', async (name) => {
  world.holdsStreams = true
  const page = await open(name, '/tv/soon')
  world.decision = {
    reason: 'match',
    experience: 'tv',
    variant: 'a',
    operations: [{ op: 'text', value: 'On air now' }],
  }
  world.send({})
  await expect.poll(streams, { timeout: 20_000 }).toBe(2)
  const [held, asked] = world.site.requests.of('/pp/v1/live')
  expect([held?.query.endsWith('&poll'), asked?.query.endsWith('&poll')]).toEqual([false, true])
  expect((asked?.atMs ?? 0) - (held?.atMs ?? 0)).toBeGreaterThanOrEqual(4_900)
  await readFrames(page, says('On air now'))
  await page.close()
})
