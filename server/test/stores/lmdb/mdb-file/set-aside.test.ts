import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { setAside } from '../../../../src/stores/lmdb/mdb-file/set-aside.ts'
import { temporaryDirectory } from '../../../support/start-service.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.parse('2026-11-21T09:00:00.000Z')

/** Sets a file aside on each of these days. */
async function asideOn(directory: string, days: readonly number[]): Promise<void> {
  for (const day of days) {
    await writeFile(join(directory, 'data.mdb'), `of day ${day}`)
    await setAside(join(directory, 'data.mdb'), NOW_MS + day * DAY_MS)
  }
}

const name = (day: number): string => `data.mdb.damaged-2026-11-${21 + day}T09-00-00.000Z`

test('a file is kept under the time at which it was set aside', async () => {
  const directory = await temporaryDirectory()
  await writeFile(join(directory, 'data.mdb'), 'damaged')
  expect(await setAside(join(directory, 'data.mdb'), NOW_MS)).toBe(join(directory, name(0)))
  expect([await readdir(directory), await readFile(join(directory, name(0)), 'utf8')]).toEqual([[name(0)], 'damaged'])
})

test('the last two of a name are kept, and nothing of another name is removed', async () => {
  const directory = await temporaryDirectory()
  const others = ['data.mdb2.damaged-2000', 'data.mdb.damaged', 'lock.mdb.damaged-2000', 'closed']
  for (const other of others) await writeFile(join(directory, other), '')
  await asideOn(directory, [0, 1])
  expect(await readdir(directory)).toEqual(expect.arrayContaining([name(0), name(1)]))
  await asideOn(directory, [2, 3])
  expect((await readdir(directory)).sort()).toEqual([...others, name(2), name(3)].sort())
})

test('of two in one instant the second is kept', async () => {
  const directory = await temporaryDirectory()
  await writeFile(join(directory, 'data.mdb'), 'first')
  await setAside(join(directory, 'data.mdb'), NOW_MS)
  await mkdir(join(directory, 'data.mdb', 'below'), { recursive: true })
  await setAside(join(directory, 'data.mdb'), NOW_MS)
  expect(await readdir(join(directory, name(0)))).toEqual(['below'])
})

test('directories that were set aside are removed as files are', async () => {
  const directory = await temporaryDirectory()
  await mkdir(join(directory, name(0), 'below'), { recursive: true })
  await asideOn(directory, [1, 2])
  expect((await readdir(directory)).sort()).toEqual([name(1), name(2)])
})

test('what is not there cannot be set aside', async () => {
  const directory = await temporaryDirectory()
  await expect(setAside(join(directory, 'data.mdb'), NOW_MS)).rejects.toThrow('ENOENT')
})
