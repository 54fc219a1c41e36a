import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Browser, Page } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import { createFaultyService, type Fault, type FaultyService } from '../../lab/network/fault.ts'
import { freePort } from '../../lab/network/free-port.ts'
import { readFrames } from '../../lab/sampler/read-frames.ts'
import { brandPage } from '../../lab/world/brand-page.ts'
import { createWorld, labHead, tagAttributes, type World } from '../../lab/world/world.ts'
import { browserNames } from '../../scripts/browsers.mjs'
import { allShown, expectFallback, expectPersonal, hasMarked, isLoaded, patientTag, view } from './expectations.ts'

let world: World
let browsers: Browser[]
/** Another way to the same service, on an origin of its own. */
let first: FaultyService

/** Pages whose tag names two hosts: the given one, and the page's own. */
beforeAll(async () => {
  ;[world, browsers] = await Promise.all([createWorld(), openBrowsers()])
  first = await createFaultyService({
    targetPort: world.service.address?.port ?? expect.unreachable('the service does not listen'),
  })
  const endpointOf = (port: number) => ({ 'data-endpoint': `http://localhost:${port} /pp` })
  world.pages['/two'] = brandPage(labHead({ ...patientTag, ...endpointOf(first.port) }))
  world.pages['/hasty'] = brandPage(labHead({ ...tagAttributes, ...endpointOf(first.port) }))
  world.pages['/dead'] = brandPage(labHead({ ...patientTag, ...endpointOf(await freePort()) }))
})
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await first.close()
  await world.close()
})
beforeEach(() => {
  first.setFault({ kind: 'none' })
  first.requests.clear()
  world.site.requests.clear()
})

function open(name: string): Promise<Page> {
  return (browsers.find((browser) => browser.name === name) ?? expect.unreachable(`${name} is not running`)).open()
}

const shown = `${allShown} && ${isLoaded}`
const isDelivered = `performance.getEntriesByName(location.origin + '/pp/v1/batch').length && !localStorage['pp.out']`
const asked = (log: { of(path: string): unknown[] }, prefix = ''): number => log.of(`${prefix}/v1/decide`).length

/** Changes what is kept for the next view, from a page without the tag: with one it could be written once more. */
async function change(page: Page, changes: string): Promise<void> {
  await page.goto(`${world.site.origin}/bare`, { until: 'load' })
  await page.evaluate(`void (localStorage.pp = JSON.stringify({ ...JSON.parse(localStorage.pp), ${changes} }))`)
}

test.each(browserNames())('%s: with both hosts up only the first one is asked', async (name) => {
  const page = await open(name)
  expectPersonal(await view(page, `${world.site.origin}/two`, shown))
  await change(page, 'answer: undefined')
  expectPersonal(await view(page, `${world.site.origin}/two`, shown))
  expect([asked(first.requests), asked(world.site.requests, '/pp')]).toEqual([2, 0])
  await page.close()
})

test.each(browserNames())(
  '%s: a host that nobody listens at is made up for in the same view, events too',
  async (name) => {
    const page = await open(name)
    expectPersonal(await view(page, `${world.site.origin}/dead`, shown))
    await readFrames(page, isDelivered)
    await page.close()
  },
)

const failures: [string, Fault][] = [
  ['cuts the connection', { kind: 'refuse' }],
  ['is in trouble', { kind: 'status' }],
]

test.each(browserNames().flatMap((name) => failures.map(([what, fault]) => [name, what, fault] as const)))(
  '%s: a host that %s is passed over for the rest of the visit, and asked again in the next one',
  async (name, _what, fault) => {
    const page = await open(name)
    first.setFault(fault)
    expectPersonal(await view(page, `${world.site.origin}/two`, shown))
    await change(page, 'answer: undefined')
    first.requests.clear()
    expectPersonal(await view(page, `${world.site.origin}/two`, shown))
    await readFrames(page, isDelivered)
    expect(first.requests.of().map(({ method, path }) => `${method} ${path}`)).toEqual([])
    first.setFault({ kind: 'none' })
    await change(page, 'answer: undefined, savedMs: Date.now() - 1_800_001')
    await view(page, `${world.site.origin}/two`, shown)
    expect(asked(first.requests)).toBe(1)
    await page.close()
  },
)

test.each(browserNames())(
  '%s: a host that never answers costs one view its budget, and the next one is personal',
  async (name) => {
    const page = await open(name)
    first.setFault({ kind: 'never' })
    expectFallback(await view(page, `${world.site.origin}/hasty`, `${hasMarked('fallback:timeout')} && ${isLoaded}`))
    first.requests.clear()
    expectPersonal(await view(page, `${world.site.origin}/two`, shown))
    expect(asked(first.requests)).toBe(0)
    await page.close()
  },
)
