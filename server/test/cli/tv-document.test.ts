import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../support/run-command.ts'
import { startService, temporaryDirectory } from '../support/start-service.ts'

const secret = 's'.repeat(32)
const document = readFileSync(new URL('../../../docs/tv.md', import.meta.url), 'utf8')

/** Returns the example's block of a language, without its indentation. */
function blockOf(language: string): string {
  const [, block = ''] = new RegExp(`\n +\`\`\`${language}\n([^]*?)\n +\`\`\`\n`).exec(document) ?? []
  return `${block.replaceAll(/^ {3}/gm, '')}\n`
}

const at = (time: string): number => Date.parse(`2026-12-03T${time}Z`)

test('the example of docs/tv.md does what it says: from a plan in CSV to what the page shows, and back', async () => {
  let nowMs = at('12:00:00')
  const catalog = blockOf('yaml')
  const service = await startService({ secret, catalog }, { now: () => nowMs })
  const directory = await temporaryDirectory()
  await writeFile(join(directory, 'plan.csv'), blockOf('csv'))
  await writeFile(join(directory, 'flora.yaml'), catalog)
  const [, told = ''] = /prepaint-server (tv import plan[^\n]*)/.exec(blockOf('sh')) ?? []
  const words = told.split(' ').map((word) => (/^(plan|flora)\./.test(word) ? join(directory, word) : word))
  const present = ['--url', service.url, '--at', new Date(nowMs).toISOString()]
  const { code, stderr } = await runCommand([...words, ...present], { PREPAINT_SECRET: secret })
  expect([code, stderr]).toEqual([0, ''])
  await service.service.caughtUp()
  const shown = async (time: string): Promise<unknown> => {
    nowMs = at(time)
    const { body } = await service.decide({ site: 'flora', consent: 'denied' }, { origin: 'https://www.flora.example' })
    return body.slots['hero']?.operations
  }
  const roses = [{ op: 'text', value: 'The roses from TV: £18' }]
  expect(await shown('20:17:34')).toBeUndefined()
  expect(await shown('20:17:35')).toEqual(roses)
  expect(await shown('20:22:34')).toEqual(roses)
  expect(await shown('20:22:35')).toBeUndefined()
  expect(await shown('21:44:05')).toEqual(roses)
})
