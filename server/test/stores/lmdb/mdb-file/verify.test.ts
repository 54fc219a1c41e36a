import { closeSync, openSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MdbDamagedError } from '../../../../src/stores/lmdb/mdb-file/damage.ts'
import type { Node } from '../../../../src/stores/lmdb/mdb-file/nodes.ts'
import { verifyMdb } from '../../../../src/stores/lmdb/mdb-file/verify.ts'
import { type Place, ROWS, type SoundMdb, soundMdb } from '../../../support/sound-mdb.ts'
import { temporaryDirectory } from '../../../support/start-service.ts'

const PAGE_HEADER_BYTES = 24

/** Verifies these bytes as a file; returns the rows that were found, and the shares that were told. */
async function verify(bytes: Buffer): Promise<{ rows: [table: string, bytes: number][]; shares: number[] }> {
  const file = join(await temporaryDirectory(), 'data.mdb')
  await writeFile(file, bytes)
  const handle = openSync(file, 'r')
  const rows: [string, number][] = []
  try {
    const shares = [...verifyMdb(handle, (table, _key, value) => rows.push([table, value.length]))]
    return { rows, shares }
  } finally {
    closeSync(handle)
  }
}

/** Place of an entry in the whole file. */
const entryAt = ({ at }: Place, bytes: Buffer, index: number): number =>
  at + PAGE_HEADER_BYTES + bytes.readUInt16LE(at + PAGE_HEADER_BYTES + index * 2)

/** Exchanges two numbers of 16 bits. */
function swap(bytes: Buffer, one: number, other: number): void {
  const kept = bytes.readUInt16LE(one)
  bytes.writeUInt16LE(bytes.readUInt16LE(other), one)
  bytes.writeUInt16LE(kept, other)
}

test('of a sound file every row is read in order, and the share that is done grows to the whole', async () => {
  const { bytes } = await soundMdb()
  const { rows, shares } = await verify(bytes)
  expect(rows.filter(([table]) => table === 'profiles').map(([, length]) => length)).toEqual(
    Array.from({ length: ROWS }, (_, row) => (row % 30 === 0 ? 9_000 : 200)),
  )
  expect(rows.filter(([table]) => table === 'meta')).toHaveLength(1)
  expect(shares.length).toBeGreaterThan(5)
  expect(shares).toEqual(shares.toSorted((one, other) => one - other))
  expect([shares.every((share) => share > 0), (shares.at(-1) as number) > 0.8]).toEqual([true, true])
})

const changes: [name: string, change: (bytes: Buffer, places: SoundMdb) => void, why: RegExp][] = [
  ['a page of another number', (bytes, { leaf }) => bytes.writeUInt32LE(leaf.page + 1, leaf.at), /has another number/],
  [
    'a page of another number above 2^32',
    (bytes, { leaf }) => bytes.writeUInt32LE(1, leaf.at + 4),
    /has another number/,
  ],
  [
    'a page of a transaction to come',
    (bytes, { leaf, transaction }) => bytes.writeUInt32LE(transaction + 1, leaf.at + 8),
    /is newer than the file/,
  ],
  ['a page with an unknown header', (bytes, { leaf }) => bytes.writeUInt16LE(1, leaf.at + 16), /has an unknown header/],
  ['a leaf that says it is a branch', (bytes, { leaf }) => bytes.writeUInt16LE(1, leaf.at + 18), /is of another kind/],
  [
    'a branch that says it is a leaf',
    (bytes, { branch }) => bytes.writeUInt16LE(2, branch.at + 18),
    /is of another kind/,
  ],
  ['a leaf that is dirty', (bytes, { leaf }) => bytes.writeUInt16LE(0x12, leaf.at + 18), /is of another kind/],
  [
    'an odd lower bound',
    (bytes, { leaf }) => bytes.writeUInt16LE(bytes.readUInt16LE(leaf.at + 20) + 1, leaf.at + 20),
    /impossible bounds/,
  ],
  [
    'an odd upper bound',
    (bytes, { leaf }) => bytes.writeUInt16LE(bytes.readUInt16LE(leaf.at + 22) + 1, leaf.at + 22),
    /impossible bounds/,
  ],
  [
    'a lower bound above the upper one',
    (bytes, { leaf }) => bytes.writeUInt16LE(bytes.readUInt16LE(leaf.at + 22) + 2, leaf.at + 20),
    /impossible bounds/,
  ],
  [
    'an upper bound beyond the page',
    (bytes, { leaf }) => bytes.writeUInt16LE(4_096, leaf.at + 22),
    /impossible bounds/,
  ],
  [
    'a page without entries',
    (bytes, { leaf }) => {
      bytes.writeUInt16LE(0, leaf.at + 20)
      bytes.writeUInt16LE(4_096 - PAGE_HEADER_BYTES, leaf.at + 22)
    },
    /is empty/,
  ],
  [
    'an entry before the others',
    (bytes, { leaf }) => bytes.writeUInt16LE(bytes.readUInt16LE(leaf.at + 22) - 2, leaf.at + PAGE_HEADER_BYTES),
    /an entry outside of it/,
  ],
  [
    'an entry at an odd place',
    (bytes, { leaf }) =>
      bytes.writeUInt16LE(bytes.readUInt16LE(leaf.at + PAGE_HEADER_BYTES) + 1, leaf.at + PAGE_HEADER_BYTES),
    /an entry outside of it/,
  ],
  [
    'an entry in the last bytes',
    (bytes, { leaf }) => bytes.writeUInt16LE(4_096 - PAGE_HEADER_BYTES - 6, leaf.at + PAGE_HEADER_BYTES),
    /an entry outside of it/,
  ],
  [
    'an entry whose key is too long',
    (bytes, places) => bytes.writeUInt16LE(5_000, entryAt(places.leaf, bytes, 0) + 6),
    /goes beyond it/,
  ],
  [
    'an entry whose value is too long',
    (bytes, places) => bytes.writeUInt32LE(5_000, entryAt(places.leaf, bytes, 1)),
    /goes beyond it/,
  ],
  [
    'an entry that is a little too long',
    (bytes, places) =>
      bytes.writeUInt32LE(bytes.readUInt32LE(entryAt(places.leaf, bytes, 1)) + 2, entryAt(places.leaf, bytes, 1)),
    /lie upon each other|goes beyond it/,
  ],
  [
    'an entry twice',
    (bytes, { leaf }) =>
      bytes.writeUInt16LE(bytes.readUInt16LE(leaf.at + PAGE_HEADER_BYTES + 2), leaf.at + PAGE_HEADER_BYTES + 4),
    /is not in order/,
  ],
  [
    'two entries out of order',
    (bytes, { leaf }) => swap(bytes, leaf.at + PAGE_HEADER_BYTES + 2, leaf.at + PAGE_HEADER_BYTES + 4),
    /is not in order/,
  ],
  [
    'two leaves out of order',
    (bytes, places) => swap(bytes, entryAt(places.branch, bytes, 0), entryAt(places.branch, bytes, 1)),
    /its place/,
  ],
  [
    'a leaf twice',
    (bytes, places) => bytes.writeUInt16LE(places.leaf.page, entryAt(places.branch, bytes, 1)),
    /is in two places/,
  ],
  [
    'a leaf that is a meta page',
    (bytes, places) => bytes.writeUInt16LE(1, entryAt(places.branch, bytes, 1)),
    /page 1 is not in the file/,
  ],
  [
    'a leaf behind the last page',
    (bytes, places) => bytes.writeUInt16LE(places.lastPage + 1, entryAt(places.branch, bytes, 1)),
    /is not in the file/,
  ],
  [
    'a leaf above 2^32',
    (bytes, places) => bytes.writeUInt16LE(1, entryAt(places.branch, bytes, 1) + 4),
    /is not in the file/,
  ],
  [
    'a bound behind the leaf that it is of',
    (bytes, { branch, next }) => {
      const key = branch.nodes[1]?.key as Buffer
      const at = branch.at + (branch.nodes[1]?.valueAt as number) - key.length
      bytes.writeUInt8((key.at(-1) as number) + 1, at + key.length - 1)
      expect(next.nodes[0]?.key.length).toBeGreaterThan(0)
    },
    /begins before its place|ends behind its place/,
  ],
  [
    'a row that says it is a tree',
    (bytes, places) => bytes.writeUInt16LE(2, entryAt(places.leaf, bytes, 1) + 4),
    /a row has unknown flags/,
  ],
  [
    'a row that says it is many',
    (bytes, places) => bytes.writeUInt16LE(4, entryAt(places.leaf, bytes, 1) + 4),
    /a row has unknown flags/,
  ],
  [
    'a value on a page too few',
    (bytes, { referenceAt }) => bytes.writeUInt32LE(2, referenceAt + 16),
    /a value that goes beyond it/,
  ],
  [
    'a value on no page',
    (bytes, { referenceAt }) => bytes.writeUInt32LE(0, referenceAt + 16),
    /a value that goes beyond it/,
  ],
  [
    'a value on a page too many',
    (bytes, { referenceAt }) => bytes.writeUInt32LE(4, referenceAt + 16),
    /two places|no page of a value/,
  ],
  [
    'a value on more pages than there are',
    (bytes, { referenceAt }) => bytes.writeUInt32LE(1, referenceAt + 20),
    /is not in the file/,
  ],
  ['a value on a leaf', (bytes, { valueAt }) => bytes.writeUInt16LE(2, valueAt + 18), /is no page of a value/],
  [
    'a value whose pages say another number',
    (bytes, { valueAt }) => bytes.writeUInt32LE(4, valueAt + 20),
    /is no page of a value/,
  ],
  ['a table of no height', (bytes, { profilesAt }) => bytes.writeUInt16LE(0, profilesAt + 6), /an impossible height/],
  [
    'a table that is too high',
    (bytes, { profilesAt }) => bytes.writeUInt16LE(33, profilesAt + 6),
    /an impossible height/,
  ],
  [
    'a table that is higher than it is',
    (bytes, { profilesAt }) => bytes.writeUInt16LE(3, profilesAt + 6),
    /is of another kind/,
  ],
  [
    'a table that is lower than it is',
    (bytes, { profilesAt }) => bytes.writeUInt16LE(1, profilesAt + 6),
    /is of another kind/,
  ],
  [
    'a table without a root',
    (bytes, { profilesAt }) => bytes.fill(0xff, profilesAt + 40, profilesAt + 48),
    /an impossible height/,
  ],
  [
    'a table with unknown flags',
    (bytes, { profilesAt }) => bytes.writeUInt16LE(4, profilesAt + 4),
    /a table has unknown flags/,
  ],
  [
    'a table that says it is a list',
    (bytes, { profilesAt }) => bytes.writeUInt32LE(8, profilesAt),
    /a table has unknown flags/,
  ],
  ...(['branchPages', 'leafPages', 'overflowPages', 'entries'] as const).map(
    (field, index): (typeof changes)[number] => [
      `a table of one more of ${field}`,
      (bytes, { profilesAt }) => {
        const at = profilesAt + 8 + index * 8
        bytes.writeUInt32LE(bytes.readUInt32LE(at) + 1, at)
      },
      new RegExp(`a tree has (\\d+) ${field}, and says`),
    ],
  ),
  [
    'a table that is a row',
    (bytes, places) => bytes.writeUInt16LE(0, entryAt(places.main, bytes, 0) + 4),
    /a table is none/,
  ],
  [
    'a free page that is in use',
    (bytes, { free, leaf }) => bytes.writeUInt32LE(leaf.page, free.at + (free.nodes[0]?.valueAt as number) + 8),
    /is in two places/,
  ],
  [
    'a free page behind the last one',
    (bytes, { free, lastPage }) => bytes.writeUInt32LE(lastPage + 1, free.at + (free.nodes[0]?.valueAt as number) + 8),
    /is not in the file/,
  ],
  [
    'a list of free pages that is longer than it is',
    (bytes, { free }) => {
      const { valueAt, valueBytes } = free.nodes[0] as Node
      bytes.writeUInt32LE(valueBytes / 8, free.at + valueAt)
    },
    /is longer than it is/,
  ],
  [
    'a list of free pages that ends in a length',
    (bytes, { free }) => {
      const at = free.at + (free.nodes[0]?.valueAt as number)
      bytes.writeBigInt64LE(1n, at)
      bytes.writeBigInt64LE(-2n, at + 8)
    },
    /is cut/,
  ],
  [
    'free pages of a transaction to come',
    (bytes, { free, transaction }) => {
      const { valueAt } = free.nodes.at(-1) as Node
      bytes.writeUInt32LE(transaction + 1, free.at + valueAt - 8)
    },
    /the list of free pages is damaged/,
  ],
  [
    'free pages that are a tree',
    (bytes, places) => bytes.writeUInt16LE(2, entryAt(places.free, bytes, 0) + 4),
    /the list of free pages is damaged/,
  ],
]

test.each(changes)('%s is damage', async (_name, change, why) => {
  const places = await soundMdb()
  const bytes = Buffer.from(places.bytes)
  change(bytes, places)
  const verified = verify(bytes)
  await expect(verified).rejects.toThrow(why)
  await expect(verified).rejects.toThrow(MdbDamagedError)
})

test('a file that is cut in a page that is in use is damaged, also within the page', async () => {
  const { bytes, leaf } = await soundMdb()
  for (const size of [leaf.at, leaf.at + 1, leaf.at + 4_095]) {
    await expect(verify(bytes.subarray(0, size))).rejects.toThrow(/is cut off|pages of/)
  }
})

test('what reads a row may refuse it, and nothing is read behind it', async () => {
  const { bytes } = await soundMdb()
  const file = join(await temporaryDirectory(), 'data.mdb')
  await writeFile(file, bytes)
  const handle = openSync(file, 'r')
  let rows = 0
  const refuse = (): never => {
    rows++
    throw new MdbDamagedError('not mine')
  }
  expect(() => [...verifyMdb(handle, refuse)]).toThrow('not mine')
  closeSync(handle)
  expect(rows).toBe(1)
})
