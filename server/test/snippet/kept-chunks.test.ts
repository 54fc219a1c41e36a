import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Chunks, MAX_CHUNK_BYTES } from '../../src/snippet/chunks.ts'
import { keepChunks } from '../../src/snippet/kept-chunks.ts'
import { chunk } from '../support/chunks.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const START_MS = Date.UTC(2026, 10, 28)
const DAY_MS = 86_400_000

/** Starts builds with one late chunk each, a day apart, in one folder. */
async function deploy(directory: string, texts: readonly string[], startMs = START_MS) {
  const problems: string[] = []
  let chunks: Chunks = new Map()
  for (const [day, text] of texts.entries()) {
    chunks = await keepChunks({
      directory,
      current: new Map([chunk('late', text)]),
      now: () => startMs + day * DAY_MS,
      onProblem: (problem) => problems.push(problem),
    })
  }
  return { chunks, problems, names: [...chunks.keys()].sort() }
}

const nameOf = (text: string): string => chunk('late', text)[0]
const folder = async (): Promise<string> => join(await temporaryDirectory(), 'chunks')

test('what earlier builds had is there after the next ones have started, and after one goes back', async () => {
  const directory = await folder()
  const { chunks, problems } = await deploy(directory, ['one()', 'two()', 'three()', 'one()'])
  expect(
    [...chunks.values()]
      .map(String)
      .map((text) => text.trim())
      .sort(),
  ).toEqual(['one()', 'three()', 'two()'])
  expect(problems).toEqual([])
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
  expect((await stat(join(directory, nameOf('two()')))).mode & 0o777).toBe(0o600)
})

test('192 files of earlier builds are kept, those that were started last', async () => {
  const directory = await folder()
  await mkdir(directory)
  const texts = Array.from({ length: 200 }, (_, index) => `build(${index})`)
  for (const [index, text] of texts.entries()) {
    const [name, bytes] = chunk('late', text)
    await writeFile(join(directory, name), bytes)
    await utimes(join(directory, name), START_MS / 1_000, START_MS / 1_000 + index)
  }
  const { names } = await deploy(directory, ['new()'], START_MS + DAY_MS)
  expect(names).toEqual([nameOf('new()'), ...texts.slice(8).map(nameOf)].sort())
  expect((await readdir(directory)).sort()).toEqual(names)
})

test('a file that is not what its name says is never handed on; one of this build is written again', async () => {
  const directory = await folder()
  await deploy(directory, ['one()', 'two()'])
  for (const text of ['one()', 'two()']) await writeFile(join(directory, nameOf(text)), 'alert()')
  const { names, problems } = await deploy(directory, ['two()'])
  expect(names).toEqual([nameOf('two()')])
  expect(problems).toEqual([`${join(directory, nameOf('one()'))} is not what its name says: it is removed`])
  expect(await readdir(directory)).toEqual(names)
  expect(String(await readFile(join(directory, nameOf('two()'))))).toBe(String(chunk('late', 'two()')[1]))
})

test('links, folders, large files and other names are no chunks', async () => {
  const directory = await folder()
  await deploy(directory, ['one()'])
  const outside = join(directory, '..', 'outside.js')
  await writeFile(outside, chunk('late', 'linked()')[1])
  await symlink(outside, join(directory, nameOf('linked()')))
  await mkdir(join(directory, nameOf('folder()')))
  const large = `/*${'x'.repeat(MAX_CHUNK_BYTES)}*/`
  await writeFile(join(directory, nameOf(large)), chunk('late', large)[1])
  await writeFile(join(directory, 'notes.txt'), 'mine')
  const { names, problems } = await deploy(directory, ['two()'])
  expect(names).toEqual([nameOf('one()'), nameOf('two()')].sort())
  expect(problems).toHaveLength(3)
  expect((await readdir(directory)).sort()).toEqual([...names, 'notes.txt'].sort())
  expect(String(await readFile(outside))).toBe(String(chunk('late', 'linked()')[1]))
})

test('a folder that cannot be made is told, and this build is served all the same', async () => {
  const parent = await temporaryDirectory()
  await writeFile(join(parent, 'chunks'), 'a file')
  const { names, problems } = await deploy(join(parent, 'chunks'), ['one()'])
  expect(names).toEqual([nameOf('one()')])
  expect(problems).toHaveLength(2)
})
