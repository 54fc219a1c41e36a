// `npm run demo -- --smoke`: the demo looked at by a headless browser. Exit code 0 when every view is as it should be.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '../../lab/engine/chromium.ts'
import { samplerScript } from '../../lab/sampler/sampler.ts'
import { startAgency } from './agency.ts'
import { filmstrip } from './filmstrip.ts'
import { measure, type Measured, probes, views } from './views.ts'

const out = fileURLToPath(new URL('../../out/demo/', import.meta.url))
mkdirSync(out, { recursive: true })

const measured = await startAgency(`<script>${samplerScript(probes)}</script>`)
const plain = await startAgency()
const engine = await launchChromium()
const results: Measured[] = []
let page = await engine.open()

for (const [index, view] of views.entries()) {
  if (!view.isSameVisitor && index > 0) {
    await page.close()
    page = await engine.open()
  }
  measured.fault.setFault({ kind: view.isServiceDown ? 'refuse' : 'none' })
  console.log(`looking at: ${view.name}…`)
  results.push(await measure(page, measured.site.origin, view))
  await page.playwright.screenshot({ path: `${out}${view.name.replaceAll(/\W+/g, '-')}.png` })
}
await page.goto(`${measured.site.origin}/bare`, { until: 'load' })
await page.playwright.screenshot({ path: `${out}before.png` })

console.log('filming the filmstrip…')
plain.fault.setFault({ kind: 'delay', delayMs: 100 })
writeFileSync(`${out}filmstrip.png`, await filmstrip(engine, plain.site.origin))

await engine.close()
await plain.close()
await measured.close()

console.log('')
console.table(
  Object.fromEntries(
    results.map(({ name, problems, tier, decisionMs, hiddenMs, originalFrames, requestsBeforePaint }) => [
      name,
      {
        'source tier': tier,
        'decision ms': decisionMs,
        'hidden ms': hiddenMs,
        'original frames painted': originalFrames,
        'requests before paint': requestsBeforePaint,
        ok: problems.length === 0,
      },
    ]),
  ),
)
for (const { name, problems } of results) for (const problem of problems) console.error(`${name}: ${problem}`)
console.log(`pictures of every view, and filmstrip.png, are in ${out}`)
process.exitCode = results.some(({ problems }) => problems.length > 0) ? 1 : 0
