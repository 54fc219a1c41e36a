import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Browser } from '../../lab/browser/browser.ts'
import { openBrowsers } from '../../lab/browser/browsers.ts'
import type { Probe } from '../../lab/sampler/frame-log.ts'
import { brandPage } from '../../lab/world/brand-page.ts'
import { createWorld, labHead, type World } from '../../lab/world/world.ts'
import { browserNames } from '../../scripts/browsers.mjs'
import { hasMarked, isLoaded, patientTag, view } from './expectations.ts'

const probe: Probe = {
  slot: 'headline',
  selector: '.headline',
  kind: 'colors',
  original: 'rgb(255, 0, 0) on rgb(0, 0, 0)',
}

const style = `<style>
  .headline { color: rgb(255, 0, 0); background-color: rgb(0, 0, 0); transition: all 600ms linear }
  .headline.personal { color: rgb(0, 0, 255); background-color: rgb(0, 255, 0) }
</style>`

let world: World
let browsers: Browser[]

beforeAll(async () => {
  ;[world, browsers] = await Promise.all([createWorld(), openBrowsers()])
  world.pages['/'] = brandPage(labHead(patientTag, [probe]) + style)
})
afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()))
  await world.close()
})

test.each(browserNames())(
  '%s: a transition does not go from the looks of the original to those of the variant',
  async (name) => {
    const browser = browsers.find((one) => one.name === name) ?? expect.unreachable(`${name} is not running`)
    const page = await browser.open()
    // The answer comes after the original has got its style, so that there is something to go from.
    world.fault.setFault({ kind: 'delay', delayMs: 150 })
    const frames = await view(page, `${world.site.origin}/`, `${isLoaded} && ${hasMarked('shown:headline')}`)
    const states = frames.slots['headline']?.states ?? []
    expect(states.map(({ isHidden }) => isHidden)).toContain(true)
    expect(
      states.filter(({ isPresent, isHidden }) => isPresent && !isHidden).map(({ signature }) => signature),
    ).toEqual(['rgb(0, 0, 255) on rgb(0, 255, 0)'])
    await page.close()
  },
)
