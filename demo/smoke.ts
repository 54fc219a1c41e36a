// `npm run demo -- --smoke`: the demo looked at by a headless browser. Exit code 0 when every view is as it should be.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '../lab/browser/chromium.ts'
import { agency } from './agency/agency.ts'
import { startBrand } from './brand/start.ts'
import { lookAt, startMeasured } from './brand/view.ts'
import { brands } from './brands.ts'
import { filmstrip } from './filmstrip.ts'
import { pictureOf } from './history/picture.ts'
import { playHistory } from './history/play.ts'

const out = fileURLToPath(new URL('../out/demo/', import.meta.url))
mkdirSync(out, { recursive: true })

const browser = await launchChromium()
const rows: { [name: string]: object } = {}
const problems: string[] = []

for (const brand of brands) {
  const running = await startMeasured(brand)
  const results = await lookAt(running, browser, async ({ name }, page) => {
    console.log(`seen: ${brand.site}, ${name}`)
    await page.playwright.screenshot({ path: `${out}${brand.site}-${name.replaceAll(/\W+/g, '-')}.png` })
  })
  const page = await browser.open()
  await page.goto(`${running.site.origin}/bare`, { until: 'load' })
  await page.playwright.screenshot({ path: `${out}${brand.site}-before.png` })
  await page.close()
  await running.close()
  for (const result of results) {
    const name = `${brand.site}, ${result.name}`
    rows[name] = {
      'source tier': result.tier,
      'decision ms': result.decisionMs,
      'hidden ms': result.hiddenMs,
      'original frames painted': result.originalFrames,
      'requests before paint': result.requestsBeforePaint,
      ok: result.problems.length === 0,
    }
    problems.push(...result.problems.map((problem) => `${name}: ${problem}`))
  }
}

console.log('playing a made-up history…')
const report = await playHistory({ shoppers: 5_000, endMs: Date.UTC(2026, 5, 30) })
writeFileSync(`${out}report.html`, report)
writeFileSync(`${out}report.png`, await pictureOf(browser, report))

console.log('filming the filmstrip…')
const plain = await startBrand(agency)
plain.fault.setFault({ kind: 'delay', delayMs: 100 })
writeFileSync(`${out}filmstrip.png`, await filmstrip(browser, plain.site.origin))
await plain.close()
await browser.close()

console.log('')
console.table(rows)
for (const problem of problems) console.error(problem)
console.log(`pictures of every view, of the report (report.png), and filmstrip.png, are in ${out}`)
process.exitCode = problems.length > 0 ? 1 : 0
