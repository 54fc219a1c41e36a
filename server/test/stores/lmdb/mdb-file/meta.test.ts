import { closeSync, openSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLmdbTables } from '../../../../src/stores/lmdb/lmdb.ts'
import { MdbDamagedError } from '../../../../src/stores/lmdb/mdb-file/damage.ts'
import { pickMeta } from '../../../../src/stores/lmdb/mdb-file/meta.ts'
import { temporaryDirectory } from '../../../support/start-service.ts'

const PAGE = 4_096

/** A file into which so many transactions were written after the one that made its tables. */
async function fileOf(transactions: number): Promise<Buffer> {
  const directory = await temporaryDirectory()
  const { root, meta } = openLmdbTables(directory)
  for (let offset = 1; offset <= transactions; offset++) root.transactionSync(() => void meta.putSync('offset', offset))
  await root.close()
  return readFile(join(directory, 'data.mdb'))
}

async function pick(bytes: Buffer, size = bytes.length): Promise<ReturnType<typeof pickMeta>> {
  const file = join(await temporaryDirectory(), 'data.mdb')
  await writeFile(file, bytes)
  const handle = openSync(file, 'r')
  try {
    return pickMeta(handle, size)
  } finally {
    closeSync(handle)
  }
}

test.each([0, 1, 2, 3])('of a sound file the last of its transactions is taken, after %d more', async (more) => {
  const bytes = await fileOf(more)
  const numbers = [0, PAGE].map((at) => bytes.readUInt32LE(at + 152))
  const { transaction, pageBytes, main } = await pick(bytes)
  expect([transaction, pageBytes, main.entries]).toEqual([Math.max(...numbers), PAGE, 2])
})

const both = (change: (at: number) => void): void => [0, PAGE].forEach(change)

test.each<[string, (bytes: Buffer) => void, RegExp]>([
  ['a first page that is no meta page', (bytes) => bytes.writeUInt16LE(2, 18), /a meta page is none/],
  ['a second page that is no meta page', (bytes) => bytes.writeUInt16LE(2, PAGE + 18), /a meta page is none/],
  ['another beginning', (bytes) => bytes.writeUInt32LE(0xbeefc0df, 24), /does not begin as an LMDB file/],
  ['the format of before', (bytes) => bytes.writeUInt32LE(1, 28), /is of format 1/],
  ['a format to come', (bytes) => bytes.writeUInt32LE(3, PAGE + 28), /is of format 3/],
  ['pages of no bytes', (bytes) => bytes.writeUInt32LE(0, 48), /its pages have 0 bytes/],
  ['pages that are too small', (bytes) => bytes.writeUInt32LE(2_048, 48), /its pages have 2048 bytes/],
  ['pages that are too large', (bytes) => bytes.writeUInt32LE(65_536, 48), /its pages have 65536 bytes/],
  ['pages of two sizes', (bytes) => bytes.writeUInt32LE(8_192, PAGE + 48), /differ in the size of pages/],
  ['a list of free pages with unknown flags', (bytes) => bytes.writeUInt16LE(0x04, 52), /unknown flags/],
  ['tables with unknown flags', (bytes) => bytes.writeUInt16LE(0x08, PAGE + 100), /unknown flags/],
  ['a last page that is a meta page', (bytes) => both((at) => void bytes.writeUInt32LE(0, at + 144)), /pages of 1$/],
  [
    'more pages than a file may lack',
    (bytes) => both((at) => void bytes.writeUInt32LE(1_000_000, at + 144)),
    /pages of 1000001$/,
  ],
  ['more pages than can be counted', (bytes) => both((at) => bytes.fill(0xff, at + 144, at + 152)), /pages of/],
  [
    'a first page with the number of the second',
    (bytes) => bytes.writeUInt32LE(bytes.readUInt32LE(152) + 1, 152),
    /has the number of the other|differ in one transaction/,
  ],
  [
    'a second page with the number of the first',
    (bytes) => bytes.writeUInt32LE(bytes.readUInt32LE(PAGE + 152) + 7, PAGE + 152),
    /has the number of the other/,
  ],
])('%s is damage', async (_name, change, why) => {
  const bytes = await fileOf(2)
  change(bytes)
  const picked = pick(bytes)
  await expect(picked).rejects.toThrow(why)
  await expect(picked).rejects.toThrow(MdbDamagedError)
})

test.each([0, 1, 175, PAGE, PAGE + 175])('a file of %d bytes ends in its first pages', async (size) => {
  await expect(pick((await fileOf(1)).subarray(0, size))).rejects.toThrow('the file ends in its first pages')
})

test('free pages at the end of a file may be lacking, as LMDB leaves them', async () => {
  const bytes = await fileOf(2)
  both((at) => void bytes.writeUInt32LE(bytes.length / PAGE + 60_000, at + 144))
  // Of what was synced apart the same is said, or nothing.
  if (bytes.readUInt32LE(PAGE / 2 + 48) !== 0) bytes.writeUInt32LE(bytes.length / PAGE + 60_000, PAGE / 2 + 144)
  await expect(pick(bytes)).resolves.toMatchObject({ lastPage: bytes.length / PAGE + 60_000 })
})
