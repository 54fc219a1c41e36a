import { fstatSync } from 'node:fs'
import type { ClaimedPages } from './claimed-pages.ts'
import { assertSound } from './damage.ts'
import { pickMeta, readTree, readU64, TREE_BYTES } from './meta.ts'
import { BIG, TREE } from './nodes.ts'
import { createPageReader } from './page-reader.ts'
import { type WalkOptions, walkTree } from './walk-tree.ts'

/** Takes one row of a table; the bytes are only good until it returns. @throws MdbDamagedError */
export type OnRow = (table: string, key: Buffer, value: Buffer) => void

const asNumbers = (a: Buffer, b: Buffer): number => readU64(a, 0) - readU64(b, 0)

/** One record of free pages: how many numbers follow, then single pages and, each behind its length (negative), blocks. */
function claimFree(pages: ClaimedPages, value: Buffer): void {
  assertSound(value.length >= 8 && value.length % 8 === 0, 'a list of free pages is none')
  const count = readU64(value, 0)
  assertSound(count < value.length / 8, 'a list of free pages is longer than it is')
  for (let index = 1; index <= count; index++) {
    const entry = Number(value.readBigInt64LE(index * 8))
    if (entry > 0) pages.claim(entry)
    if (entry >= 0) continue
    index++
    assertSound(index <= count, 'a list of free pages is cut')
    pages.claim(readU64(value, index * 8), -entry)
  }
}

/**
 * Reads an LMDB file page by page, and makes sure that LMDB can work with it: every page is where the trees say, every entry
 * lies in its page and in order, and no page is used twice, or both used and free. Yields the share that is done, 0 to 1. The
 * file is not mapped, so that whatever it holds can do nothing worse than throw.
 * @throws MdbDamagedError
 */
export function* verifyMdb(file: number, onRow: OnRow): Generator<number> {
  const { size } = fstatSync(file)
  const meta = pickMeta(file, size)
  const reader = createPageReader(file, meta, size)
  const { pages } = reader
  const tables: { name: string; tree: WalkOptions['tree'] }[] = []

  const onFree: WalkOptions['onEntry'] = ({ flags, key }, value) => {
    const isSound = key.length === 8 && (flags === 0 || flags === BIG) && readU64(key, 0) <= meta.transaction
    assertSound(isSound, 'the list of free pages is damaged')
    claimFree(pages, value)
  }
  const onTable: WalkOptions['onEntry'] = ({ flags, key }, value) => {
    assertSound(flags === TREE && value.length === TREE_BYTES, 'a table is none')
    const tree = readTree(value, 0)
    assertSound(value.readUInt32LE(0) === 0 && tree.flags === 0, 'a table has unknown flags')
    // lmdb-js ends names with a zero byte.
    tables.push({ name: key.toString('latin1').replace(/\0$/, ''), tree })
  }

  const walks: (() => WalkOptions[])[] = [
    () => [{ tree: meta.free, compare: asNumbers, onEntry: onFree }],
    () => [{ tree: meta.main, compare: Buffer.compare, onEntry: onTable }],
    () =>
      tables.map(({ name, tree }) => ({
        tree,
        compare: Buffer.compare,
        onEntry({ flags, key }, value) {
          assertSound(flags === 0 || flags === BIG, 'a row has unknown flags')
          onRow(name, key, value)
        },
      })),
  ]
  for (const walk of walks) {
    for (const options of walk()) {
      const steps = walkTree(reader, options)
      while (steps.next().done !== true) yield Math.min(1, pages.count / (meta.lastPage + 1))
    }
  }
}
