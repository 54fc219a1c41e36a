// `npm run demo:tv -- --smoke`: the set played with by a headless browser. Exit code 0 when the page has answered to it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '../../lab/browser/chromium.ts'
import { film, type Still } from './film.ts'
import { openSet, playRound } from './play.ts'
import { startTv } from './start.ts'

const out = fileURLToPath(new URL('../../out/demo/', import.meta.url))
mkdirSync(out, { recursive: true })

/** Times for which the film shows each sight, in ms. */
const DURATIONS_MS: { [name: string]: number } = {
  programme: 1_800,
  before: 1_500,
  commercial: 500,
  changing: 150,
  shown: 2_800,
  end: 1_200,
  after: 2_200,
}

const tv = await startTv()
const browser = await launchChromium()
const page = await browser.open()
await page.playwright.setViewportSize({ width: 1280, height: 860 })
const stills: Still[] = []

async function take(name: string): Promise<void> {
  console.log(`seen: ${name}`)
  const png = await page.playwright.screenshot({ path: `${out}tv-${name}.png` })
  stills.push({ png, durationMs: DURATIONS_MS[name] ?? 1_000 })
}

await openSet(tv, page)
await take('programme')
const round = await playRound(tv, page, take)
writeFileSync(`${out}tv.webp`, await film(browser, stills))
await browser.close()
await tv.close()

console.table(round)
console.log(`pictures of the set, and its film tv.webp, are in ${out}`)
process.exitCode = round.shown.includes(round.product) && round.after === round.before && round.loads === 0 ? 0 : 1
