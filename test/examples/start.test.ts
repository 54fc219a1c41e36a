import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../../lab/browser/chromium.ts'
import { blocksOf, carryOut, commandsOf, sectionOf } from './carry-out.ts'

const root = new URL('../../', import.meta.url).pathname
const section = sectionOf('docs/start.md', 'Put it on a page of your own')

test('who follows docs/start.md word by word ends with a personalised page of their own', async () => {
  // Below the checkout, as it says, in a folder that no other run uses.
  await mkdir(join(root, 'out'), { recursive: true })
  const folder = await mkdtemp(join(root, 'out/readme-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const [enter, init = '', dev = '', serve = ''] = commandsOf(section)
  expect(enter).toBe('mkdir -p out/mine && cd out/mine')
  await carryOut(init, { cwd: folder })
  await carryOut(dev, { cwd: folder, ready: /listens at http:\/\/127\.0\.0\.1:4310/ })
  await writeFile(join(folder, 'page.html'), blocksOf(section, 'html')[0] ?? '')
  await carryOut(serve.replace('cd out/mine && ', ''), { cwd: folder, ready: /localhost:.*8080/ })

  const browser = await launchChromium()
  onTestFinished(browser.close)
  const page = await browser.open()
  const address = /open <([^>]+)>/.exec(section)?.[1] ?? ''
  await page.goto(address, { until: 'load' })
  await expect
    .poll(() => page.evaluate(`document.querySelector('h1').textContent`), { timeout: 10_000 })
    .toBe('Spring starts here')

  const explain = /`(npx prepaint-server explain [^`]+)`/.exec(section)?.[1] ?? ''
  expect(await carryOut(explain, { cwd: folder })).toContain('spring-headline')
  const snippet = /`(npx prepaint-server snippet [^`]+)`/.exec(sectionOf('docs/start.md', 'To production'))?.[1] ?? ''
  expect(await carryOut(snippet, { cwd: folder })).toContain('data-site="shop"')
})
