import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'acorn'
import { expect, test } from 'vitest'
import { brotliBytes, distReadme } from '../../scripts/dist-readme.mjs'

const root = new URL('../../', import.meta.url)

const text = (name: string): string => readFileSync(new URL(`dist/${name}`, root), 'utf8')

// Must be 3,328 (docs/figures.md): this keeps what is missed from growing.
test('everything that runs before the first paint is at most 5,160 bytes (brotli)', () => {
  expect(brotliBytes('prepaint.js')).toBeLessThanOrEqual(5_160)
})

test.each(['prepaint.js', 'prepaint-stub.js'])('%s can stand inline: nothing in it ends a script or begins a comment', (name) => {
  expect(text(name)).not.toMatch(/<\/script|<!--/i)
})

test('the late chunk is at most 4,500 bytes, the rarer calls 3,000, live slots 3,010, and the command queue 250 (brotli)', () => {
  expect(brotliBytes('prepaint-late.js')).toBeLessThanOrEqual(4_500)
  expect(brotliBytes('prepaint-api.js')).toBeLessThanOrEqual(3_000)
  expect(brotliBytes('prepaint-tv.js')).toBeLessThanOrEqual(3_010)
  expect(brotliBytes('prepaint-stub.js')).toBeLessThanOrEqual(250)
})

// 160 of them bring the chunk of live slots, where a site has some.
test('all that a page loads without web vitals and live slots is at most 11,900 bytes (brotli)', () => {
  const all = ['prepaint-stub.js', 'prepaint.js', 'prepaint-late.js', 'prepaint-api.js'].map(brotliBytes)
  expect(all.reduce((sum, bytes) => sum + bytes)).toBeLessThanOrEqual(11_900)
})

test.each(['prepaint.js', 'prepaint-late.js', 'prepaint-api.js', 'prepaint-tv.js', 'prepaint-vitals.js', 'prepaint-stub.js', 'debug/prepaint.js', 'debug/prepaint-late.js'])(
  '%s is ES5: no syntax that a TV of 2016 cannot read',
  (name) => {
    expect(() => parse(text(name), { ecmaVersion: 5, sourceType: 'script' })).not.toThrow()
  },
)

/** The names of properties that begin with one underscore; `__lookupGetter__` is the browser's. */
function underscoredNames(file: string): string[] {
  return [...new Set(Array.from(text(file).matchAll(/(?<=\.)_[a-zA-Z]\w+|(?<=[{,]\s*)_[a-zA-Z]\w+(?=:)/g), ([name]) => name))].sort()
}

test('the tag and its chunks shorten the names that they share alike: each has its letter in rollup.config.mjs', () => {
  const config = readFileSync(new URL('rollup.config.mjs', root), 'utf8')
  const table = /const shortNames = \{([\s\S]*?)\n\}/.exec(config)?.[1] ?? ''
  const letters = new Map(Array.from(table.matchAll(/(_\w+): '(.)'/g), ([, name = '', letter]) => [name, letter]))
  expect(letters.size).toBeGreaterThan(30)
  expect(new Set(letters.values()).size).toBe(letters.size)
  const names = ['tag', 'late', 'api'].flatMap((kind) => underscoredNames(`debug/prepaint${kind === 'tag' ? '' : `-${kind}`}.js`))
  expect([...new Set(names)].sort()).toEqual([...letters.keys()].sort())
  for (const name of ['prepaint.js', 'prepaint-late.js', 'prepaint-api.js', 'prepaint-tv.js']) expect(underscoredNames(name), name).toEqual([])
})

/** The copies of a folder's chunks that have a digest in their names: chunk, digest and name. */
function namedChunks(folder: string): [chunk: string, digest: string, name: string][] {
  return readdirSync(new URL(`dist/${folder}`, root)).flatMap((name) => {
    const [, chunk, digest] = /^prepaint-(\w+)\.(\w{43})\.js$/.exec(name) ?? []
    return chunk && digest ? [[chunk, digest, name]] : []
  })
}

test.each(['', 'debug/'])('each chunk in dist/%s has its SHA-256 in its name, which what loads it names and compares it with', (folder) => {
  const chunks = namedChunks(folder)
  expect(chunks.map(([chunk]) => chunk).sort()).toEqual(['api', 'late', 'tv', 'vitals'])
  for (const [chunk, digest, name] of chunks) {
    expect(createHash('sha256').update(text(folder + name)).digest('base64')).toBe(`${digest}=`)
    expect(text(folder + name)).toBe(text(`${folder}prepaint-${chunk}.js`))
    const loaders: { [chunk: string]: string } = { late: 'prepaint', vitals: 'prepaint-api' }
    const loader = text(`${folder}${loaders[chunk] ?? 'prepaint-late'}.js`)
    expect(loader).toContain(`/${name}`)
    expect(loader).toContain(`sha256-${digest}=`)
  }
})

test('dist/README.md tells the truth about the files beside it', () => {
  expect(text('README.md')).toBe(distReadme())
})

function hashes(folder: string): { [name: string]: string } {
  const names = readdirSync(folder, { recursive: true }).map(String).filter((name) => !name.endsWith('README.md'))
  const files = names.filter((name) => statSync(join(folder, name)).isFile()).sort()
  return Object.fromEntries(
    files.map((name) => [name, createHash('sha256').update(readFileSync(join(folder, name))).digest('hex')]),
  )
}

// A whole build: 80 s on two busy cores.
test('the same sources give the same files in any folder, to the byte', () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'prepaint-'))
  for (const name of ['src', 'tsconfig', 'rollup.config.mjs', 'package.json']) {
    cpSync(new URL(name, root), join(elsewhere, name), { recursive: true })
  }
  symlinkSync(new URL('node_modules', root), join(elsewhere, 'node_modules'))
  execFileSync('rollup', ['-c', '--silent'], { cwd: elsewhere })
  expect(hashes(join(elsewhere, 'dist'))).toEqual(hashes(new URL('dist', root).pathname))
}, 180_000)
