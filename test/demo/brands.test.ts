import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookAt, startMeasured } from '../../examples/brand/view.ts'
import { brands } from '../../examples/brands.ts'
import { type ChromiumEngine, launchChromium } from '../../lab/engine/chromium.ts'

let engine: ChromiumEngine

beforeAll(async () => {
  engine = await launchChromium()
})
afterAll(() => engine.close())

test.each(brands)(
  'every visitor of the $site sees what the catalog says, and never another page before it',
  async (brand) => {
    const running = await startMeasured(brand)
    const seen = await lookAt(running, engine)
    await running.close()
    expect(seen.map(({ name, problems }) => ({ name, problems }))).toEqual(
      brand.views.map(({ name }) => ({ name, problems: [] })),
    )
  },
)
