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
}, 180_000)

test('docs/api explains every field: no cell is empty', () => {
  const lines = Object.entries(contents(join(root, 'docs/api'))).flatMap(([name, text]) =>
    text.split('\n').map((line) => `${name}: ${line}`),
  )
  expect(lines.length).toBeGreaterThan(1_000)
  expect(lines.filter((line) => /\| -? ?\|/.test(line))).toEqual([])
})

test('docs/api has an example for every function, and for every method of a client', () => {
  const missing = Object.entries(contents(join(root, 'docs/api'))).flatMap(([name, text]) => {
    const [, functions = ''] = text.split('\n## Functions\n')
    const [, client = ''] = text.split('\n### Client\n')
    const parts = [...functions.split('\n### '), ...(client.split('\n### ')[0] ?? '').split('\n##### ')]
    return parts
      .filter((part) => /^\w+\(\)/.test(part) && !/\n#{4,6} Example\n\n```ts\n/.test(part))
      .map((part) => `${name}: ${part.split('\n')[0]}`)
  })
  expect(missing).toEqual([])
})
