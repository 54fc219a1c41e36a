import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { brotliBytes } from '../../scripts/dist-readme.mjs'
import { loadCatalog } from '../../server/src/catalog/load.ts'

const root = new URL('../../', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8')
const readme = read('README.md')
const figures = readdirSync(new URL('bench/figures', root)).map((name) => read(`bench/figures/${name}`)).join('\n')

test('the tag stands within the first 15 lines', () => {
  const line = readme.split('\n').findIndex((text) => text.includes('<script src="/pp/prepaint.js"'))
  expect(line + 1).toBeGreaterThan(0)
  expect(line + 1).toBeLessThanOrEqual(15)
})

test("the command queue in the README is the package's", () => {
  expect(readme).toContain(`<script>${read('dist/prepaint-stub.js').trim()}</script>`)
})

test('the size in the README is the size of the tag', () => {
  expect(readme).toContain(`brotli | ${brotliBytes('prepaint.js')} B |`)
})

test('every figure in the README is one that `npm run bench` measures, and the other way round', () => {
  const measured = [...figures.matchAll(/name: '([\w.]+)'/g)].map(([, name]) => name)
  const told = [...readme.matchAll(/^\| `([\w.]+)`/gm)].map(([, name]) => name).filter((name) => !name?.startsWith('flicker'))
  expect(told.sort()).toEqual(measured.sort())
  expect(readme).toContain('flicker.originalFrames.chromium')
})

test('the filmstrip is at most 200 KB', () => {
  expect(readFileSync(new URL('docs/filmstrip.png', root)).length).toBeLessThanOrEqual(200_000)
})

test("the README's catalog is a valid one", async () => {
  const yaml = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const file = join(await mkdtemp(join(tmpdir(), 'prepaint-readme-')), 'catalog.yaml')
  await writeFile(file, yaml)
  await expect(loadCatalog(file)).resolves.toMatchObject({ name: 'shop' })
})
