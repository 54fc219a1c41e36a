import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openLmdbTables } from '../../src/stores/lmdb/lmdb.ts'
import { type MdbTree, pickMeta, readTree, readU64 } from '../../src/stores/lmdb/mdb-file/meta.ts'
import { BIG, type Node, readNodes } from '../../src/stores/lmdb/mdb-file/nodes.ts'
import { temporaryDirectory } from './start-service.ts'

/** Rows of the file, every thirtieth of which has a value on pages of its own. */
export const ROWS = 120

/** A page of the sound file, its entries, and their places in the whole file. */
export interface Place {
  page: number
  at: number
  nodes: Node[]
}

/** A sound file, and what of it the tests change. */
export interface SoundMdb {
  bytes: Buffer
  lastPage: number
  transaction: number
  /** Places of the tables' records in the file. */
  profilesAt: number
  freeTreeAt: number
  branch: Place
  /** The first leaf below the branch, and the second. */
  leaf: Place
  next: Place
  /** The leaf of the list of free pages. */
  free: Place
  main: Place
  /** An entry whose value lies on pages of its own: the place of the reference, and of those pages. */
  referenceAt: number
  valueAt: number
}

/** Makes a file with a tree of two levels, values on pages of their own, and free pages. */
async function makeSound(): Promise<SoundMdb> {
  const directory = await temporaryDirectory()
  const { root, profiles, meta } = openLmdbTables(directory)
  for (let round = 0; round < 4; round++) {
    root.transactionSync(() => {
      for (let row = round; row < ROWS; row += round + 1)
        profiles.putSync(['site', `v${100 + row}`], Buffer.alloc(row % 30 === 0 ? 9_000 : 200, row))
      meta.putSync('offset', round)
    })
  }
  await root.close()
  const file = join(directory, 'data.mdb')
  const bytes = await readFile(file)
  const handle = openSync(file, 'r')
  const { free, main, lastPage, transaction, pageBytes } = pickMeta(handle, bytes.length)
  closeSync(handle)
  const placeOf = (page: number, isLeaf: boolean): Place => {
    const at = page * pageBytes
    return { page, at, nodes: readNodes(bytes.subarray(at, at + pageBytes), page, isLeaf) }
  }
  const mainPlace = placeOf(main.root as number, true)
  const table = mainPlace.nodes.find(({ key }) => key.toString().startsWith('profiles')) as Node
  const profilesAt = mainPlace.at + table.valueAt
  const tree: MdbTree = readTree(bytes, profilesAt)
  expect([tree.depth, free.depth, main.depth]).toEqual([2, 1, 1])
  const branch = placeOf(tree.root as number, false)
  const [first, second] = branch.nodes as [Node, Node]
  const leaf = placeOf(first.child, true)
  const big = leaf.nodes.find(({ flags }) => flags === BIG) as Node
  const referenceAt = leaf.at + big.valueAt
  return {
    bytes,
    lastPage,
    transaction,
    profilesAt,
    // In the meta page of the state that is in force.
    freeTreeAt: (transaction % 2) * pageBytes + 48,
    branch,
    leaf,
    next: placeOf(second.child, true),
    free: placeOf(free.root as number, true),
    main: mainPlace,
    referenceAt,
    valueAt: readU64(bytes, referenceAt) * pageBytes,
  }
}

let made: Promise<SoundMdb> | undefined
/** A sound file, made once; who changes its bytes copies them. */
export function soundMdb(): Promise<SoundMdb> {
  return (made ??= makeSound())
}
