import { launchChromium } from '../../lab/browser/chromium.ts'
import { quantile } from '../../lab/statistics.ts'
import { askAgain, createTvWorld, hasContents, isTvThere } from '../../lab/world/tv-world.ts'
import type { Measurement } from '../figure.ts'

/** Each with a cue and its end. */
const PAGES = 25

/** Time from the plan to its first cue, and from there to the next one, in ms. */
const AHEAD_MS = 1_500
const NEXT_MS = 400

const isTrue = (expression: string): string => `new Promise((resolve) => {
  const look = () => ((${expression}) ? resolve(true) : setTimeout(look, 10))
  look()
})`

/** Notes each time at which the text changes, in ms since 1970 by the page's running time. */
const note = `window.changedMs = [], new MutationObserver(() => changedMs.push(performance.timeOrigin + performance.now()))
  .observe(document.querySelector('h1'), { childList: true, characterData: true, subtree: true })`

/** Errors of the times at which a visible page makes its planned changes, by a service on the same machine. */
export const tv: Measurement = {
  title: `changes by cues, ${PAGES} pages`,
  families: ['tv.cueErrorMs'],
  async measure() {
    const [world, browser] = await Promise.all([createTvWorld(), launchChromium()])
    world.contents = { spot: [{ op: 'text', value: 'As seen on TV' }] }
    const errorsMs: number[] = []
    for (let count = 0; count < PAGES; count++) {
      const page = await browser.open()
      world.plan([])
      await page.goto(`${world.site.origin}/tv`, { until: 'load' })
      await page.evaluate(isTrue(isTvThere))
      const fromMs = Date.now() + AHEAD_MS
      const times = [fromMs, fromMs + NEXT_MS]
      world.plan([
        { content: 'spot', fromMs },
        { reason: 'control', fromMs: fromMs + NEXT_MS },
      ])
      await page.evaluate(`(${note}, ${askAgain})`)
      await page.evaluate(isTrue(hasContents(1)))
      await page.evaluate(isTrue('changedMs.length >= 2'))
      const changedMs = await page.evaluate<number[]>('changedMs')
      times.forEach((time, index) => errorsMs.push(Math.abs((changedMs[index] ?? Infinity) - time)))
      await page.close()
    }
    await browser.close()
    await world.close()
    const [half, most] = [0.5, 0.9].map((share) => quantile(errorsMs, share).toFixed(1))
    process.stderr.write(`median ${half} ms, 90 % within ${most} ms\n`)
    return [{ name: 'tv.cueErrorMs', value: quantile(errorsMs, 0.99), unit: 'ms', limit: 50 }]
  },
}
