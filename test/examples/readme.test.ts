import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { launchChromium } from '../../lab/engine/chromium.ts'

const root = new URL('../../', import.meta.url).pathname
const [, section = ''] = readFileSync(join(root, 'README.md'), 'utf8').split('## Put it on a page of your own')

/** The blocks of one language, in order. */
function blocks(language: string): string[] {
  return [...section.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text as string)
}

/** The commands of all `sh` blocks, without their comments. */
const commands = blocks('sh').flatMap((block) => block.split('\n').map((line) => line.replace(/\s+#.*$/, '')).filter(Boolean))

/** Runs a command until it ends, or until it says `ready`. */
async function carryOut(command: string, cwd: string, ready?: RegExp): Promise<string> {
  const child: ChildProcess = spawn('sh', ['-c', `exec ${command}`], { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  onTestFinished(() => void (child.exitCode === null && process.kill(-(child.pid as number), 'SIGTERM')))
  let said = ''
  const isReady = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        said += String(chunk)
        if (ready?.test(said)) resolve()
      })
    }
  })
  const ended = once(child, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`${command}: ${said}`)
  })
  await Promise.race(ready ? [isReady, ended] : [ended])
  return said
}

test('who follows the README word by word ends with a personalised page of their own', async () => {
  // Below the checkout, as it says, in a folder that no other run uses.
  await mkdir(join(root, 'out'), { recursive: true })
  const folder = await mkdtemp(join(root, 'out/readme-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const [enter, init = '', dev = '', serve = ''] = commands
  expect(enter).toBe('mkdir -p out/mine && cd out/mine')
  await carryOut(init, folder)
  await carryOut(dev, folder, /listens at http:\/\/127\.0\.0\.1:4310/)
  await writeFile(join(folder, 'page.html'), blocks('html')[0] ?? '')
  await carryOut(serve.replace('cd out/mine && ', ''), folder, /localhost:.*8080/)

  const engine = await launchChromium()
  onTestFinished(engine.close)
  const page = await engine.open()
  const address = /open <([^>]+)>/.exec(section)?.[1] ?? ''
  await page.goto(address, { until: 'load' })
  await expect.poll(() => page.evaluate(`document.querySelector('h1').textContent`), { timeout: 10_000 }).toBe('Spring starts here')

  const explain = /`(npx prepaint-server explain [^`]+)`/.exec(section)?.[1] ?? ''
  expect(await carryOut(explain, folder)).toContain('spring-headline')
  const snippet = /`(npx prepaint-server snippet [^`]+)`/.exec(section)?.[1] ?? ''
  expect(await carryOut(snippet, folder)).toContain('data-site="shop"')
})
