import { readFileSync, readSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { assertSound } from './damage.ts'

/** Bytes before what a page holds. */
export const PAGE_HEADER_BYTES = 24

/** Bytes of a meta page that count. */
const META_BYTES = PAGE_HEADER_BYTES + 152

/** Bytes of a tree's record. */
export const TREE_BYTES = 48

/** `MDB_MAGIC` and `MDB_DATA_VERSION`: LMDB 1.0's format, as lmdb-js has it. */
const MAGIC = 0xbeefc0de
const DATA_VERSION = 2

/** `P_META` */
const META_FLAG = 0x08

/** `MDB_INTEGERKEY`, and `MDB_OVERLAPPINGSYNC` of lmdb-js. */
const INTEGER_KEY = 0x08
const OVERLAPPING_SYNC = 0x1000

/** Free pages that the end of a file may lack, beside as many as it has: LMDB writes only pages that are in use. */
const MAX_LACKING_PAGES = 65_536

/** Page number of the root of an empty tree, read as a double. */
const NO_PAGE = 2 ** 64

/** A tree of pages. */
export interface MdbTree {
  flags: number
  depth: number
  branchPages: number
  leafPages: number
  overflowPages: number
  entries: number
  /** Undefined when it is empty. */
  root: number | undefined
}

/** One state of the file: everything that was written by one transaction. */
export interface MdbMeta {
  pageBytes: number
  free: MdbTree
  main: MdbTree
  lastPage: number
  transaction: number
  bootId: bigint
}

/** A number of 64 bits. Beyond 2^53 it is not exact, and nothing sound is as large. */
export function readU64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32
}

/** Reads a tree's record. */
export function readTree(bytes: Buffer, at: number): MdbTree {
  const root = readU64(bytes, at + 40)
  return {
    flags: bytes.readUInt16LE(at + 4),
    depth: bytes.readUInt16LE(at + 6),
    branchPages: readU64(bytes, at + 8),
    leafPages: readU64(bytes, at + 16),
    overflowPages: readU64(bytes, at + 24),
    entries: readU64(bytes, at + 32),
    root: root === NO_PAGE ? undefined : root,
  }
}

function readMeta(file: number, position: number, isPage: boolean): MdbMeta {
  const bytes = Buffer.alloc(META_BYTES)
  assertSound(readSync(file, bytes, 0, META_BYTES, position) === META_BYTES, 'the file ends in its first pages')
  if (isPage) {
    assertSound(bytes.readUInt16LE(18) === META_FLAG, 'a meta page is none')
    assertSound(bytes.readUInt32LE(24) === MAGIC, 'it does not begin as an LMDB file does')
    assertSound(bytes.readUInt32LE(28) === DATA_VERSION, `a meta page is of format ${bytes.readUInt32LE(28)}`)
  }
  return {
    pageBytes: bytes.readUInt32LE(48),
    free: readTree(bytes, 48),
    main: readTree(bytes, 96),
    lastPage: readU64(bytes, 144),
    transaction: readU64(bytes, 152),
    bootId: bytes.readBigInt64LE(160),
  }
}

/**
 * Returns the number that lmdb-js compares with the boot at which a state was written; 0 if the system does not tell
 * it.
 */
function currentBootId(): bigint {
  try {
    const digits = /^[0-9a-f]+/.exec(readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'))?.[0] ?? '0'
    return BigInt(`0x${digits}`)
  } catch {
    return 0n
  }
}

/** As `mdb_pick_meta` of lmdb-js 3.5.6 with the flags of a first opening: after a power cut the older, which was synced. */
function pickSynced(a: MdbMeta, b: MdbMeta, bootId: bigint): MdbMeta {
  const latest = a.transaction >= b.transaction ? a : b
  if (b.transaction === 0) return a
  const isOfThisBoot = latest.bootId !== 0n && latest.bootId === bootId
  if (isOfThisBoot || (latest.free.flags & OVERLAPPING_SYNC) === 0) return latest
  return a.transaction > b.transaction ? b : a
}

/** True when LMDB may map as many pages as a state says: the end of a file may lack free ones. */
function isPossible({ lastPage }: MdbMeta, filePages: number): boolean {
  return lastPage >= 1 && lastPage < filePages * 2 + MAX_LACKING_PAGES
}

/** True when two states of one transaction are the same; only the flag that says which of them was synced may differ. */
function agree(a: MdbMeta, b: MdbMeta): boolean {
  return (
    a.lastPage === b.lastPage &&
    isDeepStrictEqual(a.main, b.main) &&
    isDeepStrictEqual({ ...a.free, flags: 0 }, { ...b.free, flags: 0 })
  )
}

/**
 * Finds the state that LMDB takes when it opens a file of that size for writing, as `mdb_env_open` of lmdb-js 3.5.6 does. LMDB
 * picks among the three states twice: in the order of the file for the size of its map and for the transaction's number, whose
 * lowest bit then names the page; and with the synced state last for the one to which it may go back. So all three must be sound.
 * @throws MdbDamagedError
 */
export function pickMeta(file: number, sizeBytes: number): MdbMeta {
  const first = readMeta(file, 0, true)
  const { pageBytes } = first
  assertSound([4_096, 8_192, 16_384, 32_768].includes(pageBytes), `its pages have ${pageBytes} bytes`)
  const second = readMeta(file, pageBytes, true)
  const synced = readMeta(file, pageBytes / 2, false)
  // Nothing was synced apart yet: that place is empty.
  const metas = synced.transaction === 0 && synced.pageBytes === 0 ? [first, second] : [first, second, synced]
  const filePages = Math.floor(sizeBytes / pageBytes)
  for (const meta of metas) {
    const { free, main, lastPage, transaction } = meta
    assertSound(meta.pageBytes === pageBytes, 'its meta pages differ in the size of pages')
    assertSound((free.flags & ~OVERLAPPING_SYNC) === INTEGER_KEY && main.flags === 0, 'a meta page has unknown flags')
    assertSound(isPossible(meta, filePages), `the file has ${filePages} pages of ${lastPage + 1}`)
    const isWhole = metas.every((other) => other.transaction !== transaction || agree(meta, other))
    assertSound(isWhole, 'its meta pages differ in one transaction')
  }
  const isInPlace = first.transaction % 2 === 0 && (second.transaction % 2 === 1 || second.transaction === 0)
  assertSound(isInPlace, 'a meta page has the number of the other')

  const bootId = currentBootId()
  const header = pickSynced(pickSynced(first, synced, bootId), second, bootId)
  const safe = pickSynced(pickSynced(first, second, bootId), synced, bootId)
  const latest = Math.max(first.transaction, second.transaction)
  // LMDB writes what it goes back to over both pages.
  if (safe.transaction !== latest) return safe
  return header.transaction % 2 === 0 ? first : second
}
