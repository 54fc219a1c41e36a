import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DecideResponse } from 'prepaint/protocol'
import { expect, test } from 'vitest'
import { runCommand } from '../support/run-command.ts'
import { PAGE, startService, temporaryDirectory } from '../support/start-service.ts'

test('init writes a catalog that decides, and prints the tag and the next two commands', async () => {
  const file = join(await temporaryDirectory(), 'catalog.yaml')
  const { code, stdout } = await runCommand(['init', file, '--site', 'shop', '--origin', 'https://www.shop.example'])
  expect(code).toBe(0)
  expect(stdout).toContain(
    '<script src="http://127.0.0.1:4310/prepaint.js" data-site="shop" data-slots="{&quot;hero&quot;:&quot;header&quot;}" data-consent="granted"></script>',
  )
  expect(stdout).toMatch(/First in the <head>[^]*<script>.*track page identify.*<\/script>\n  <script src=/)
  expect(stdout.match(/npx prepaint-server \w+/g)).toEqual(['npx prepaint-server dev', 'npx prepaint-server snippet'])
  expect(stdout).toContain(`--catalog ${file}`)
  const { post } = await startService({ catalog: await readFile(file, 'utf8') })
  const question = { v: 1, site: 'shop', consent: 'granted', page: { ...PAGE, campaign: 'spring' } }
  const { body } = await post<DecideResponse>('/v1/decide', question, { origin: 'https://www.shop.example' })
  expect(body.slots['headline']).toMatchObject({
    reason: 'match',
    experience: 'spring-headline',
    operations: [{ op: 'text' }],
  })
})

test('init never writes over a file, and refuses what no catalog can say', async () => {
  const directory = await temporaryDirectory()
  const file = join(directory, 'catalog.yaml')
  await writeFile(file, 'mine')
  const again = await runCommand(['init', file, '--json'])
  expect([again.code, JSON.parse(again.stdout)]).toMatchObject([
    2,
    { error: { kind: 'usage', message: `${file} is there already: name another FILE` } },
  ])
  expect(await readFile(file, 'utf8')).toBe('mine')
  for (const args of [
    ['--site', 'a b'],
    ['--site', 'x"><script>'],
    ['--origin', 'brand.example'],
    ['--origin', 'https://a.example/b'],
    [file],
  ]) {
    const { code, stdout } = await runCommand(['init', join(directory, 'new.yaml'), ...args])
    expect([args, code, stdout]).toEqual([args, 2, ''])
  }
  expect((await runCommand(['init', join(directory, 'none', 'new.yaml')])).stderr).toContain('make its directory first')
})
