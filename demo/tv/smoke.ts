// `npm run demo:tv -- --smoke`: the set played with by a headless browser. Exit code 0 when the page has answered to it.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '../../lab/browser/chromium.ts'
import { openSet, playRound } from './play.ts'
import { startTv } from './start.ts'

const out = fileURLToPath(new URL('../../out/demo/', import.meta.url))
mkdirSync(out, { recursive: true })

const tv = await startTv()
const browser = await launchChromium()
const page = await browser.open()
await page.playwright.setViewportSize({ width: 1240, height: 900 })
await openSet(tv, page)
const round = await playRound(tv, page, async (name) => {
  console.log(`seen: ${name}`)
  await page.playwright.screenshot({ path: `${out}tv-${name}.png` })
})
await browser.close()
await tv.close()

console.table(round)
console.log(`pictures of the set are in ${out}`)
process.exitCode = round.shown.includes(round.product) && round.after === round.before && round.loads === 0 ? 0 : 1
