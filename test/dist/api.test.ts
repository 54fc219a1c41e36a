import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const root = new URL('../../', import.meta.url).pathname

/** Every file below a folder, by its path in it. */
function contents(folder: string): { [path: string]: string } {
  const names = readdirSync(folder, { recursive: true }).map(String).filter((name) => name.endsWith('.md'))
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

test('docs/api says what the doc comments say: `npm run api` writes it anew', async () => {
  const fresh = await mkdtemp(join(tmpdir(), 'prepaint-api-'))
  onTestFinished(() => rm(fresh, { recursive: true, force: true }))
  execFileSync('node_modules/.bin/typedoc', ['--logLevel', 'Warn', '--out', fresh], { cwd: root, stdio: 'pipe' })
  expect(contents(join(root, 'docs/api'))).toEqual(contents(fresh))
})
