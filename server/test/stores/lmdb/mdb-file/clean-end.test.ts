import { chmod, copyFile, mkdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { markCleanEnd, takeCleanEnd } from '../../../../src/stores/lmdb/mdb-file/clean-end.ts'
import { temporaryDirectory } from '../../../support/start-service.ts'

/** A file that was closed in order. */
async function closed() {
  const directory = await temporaryDirectory()
  const [file, marker] = [join(directory, 'data.mdb'), join(directory, 'closed')]
  await writeFile(file, 'some pages')
  await markCleanEnd(file, marker)
  return { directory, file, marker, take: () => takeCleanEnd(file, marker) }
}

test('a file that was closed in order is known once: from then on it may be written', async () => {
  const { take } = await closed()
  expect([await take(), await take()]).toEqual([true, false])
})

test('a file that was closed twice is what it was the second time', async () => {
  const { file, marker, take } = await closed()
  await writeFile(file, 'more pages')
  await markCleanEnd(file, marker)
  expect(await take()).toBe(true)
})

test.each<[string, (file: string, marker: string) => Promise<unknown>]>([
  ['written to, also with what was there', (file) => writeFile(file, 'some pages')],
  ['emptied', (file) => truncate(file)],
  [
    'put in the place of the other',
    async (file) => {
      await copyFile(file, `${file}2`)
      await rename(`${file}2`, file)
    },
  ],
  ['given the time that it had', (file) => utimes(file, 1, 1)],
  ['given other rights', (file) => chmod(file, 0o600)],
])('a file that has been %s since is not what it was', async (_name, change) => {
  const { file, marker, take } = await closed()
  await change(file, marker)
  expect(await take()).toBe(false)
})

test.each<[string, (marker: string) => Promise<unknown>]>([
  ['not there', (marker) => rm(marker)],
  ['empty', (marker) => writeFile(marker, '')],
  ['cut', (marker) => truncate(marker, 5)],
  ['of another file', (marker) => writeFile(marker, '1 2 3 4')],
  [
    'a directory',
    async (marker) => {
      await rm(marker)
      await mkdir(join(marker, 'below'), { recursive: true })
    },
  ],
])('a note that is %s says nothing, and is gone afterwards', async (_name, change) => {
  const { marker, take } = await closed()
  await change(marker)
  expect(await take()).toBe(false)
  await expect(readFile(marker)).rejects.toThrow('ENOENT')
})

test('of a file that is gone nothing is noted', async () => {
  const { file, marker } = await closed()
  await rm(file)
  await rm(marker)
  await expect(markCleanEnd(file, marker)).rejects.toThrow('ENOENT')
  await expect(readFile(marker)).rejects.toThrow('ENOENT')
})
