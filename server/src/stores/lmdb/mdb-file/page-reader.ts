import { readSync } from 'node:fs'
import { type ClaimedPages, createClaimedPages } from './claimed-pages.ts'
import { assertSound } from './damage.ts'
import { type MdbMeta, PAGE_HEADER_BYTES, readU64 } from './meta.ts'
import { BIG, type Node } from './nodes.ts'

/** `P_OVERFLOW` */
const OVERFLOW = 0x04

/** The pages of one state of a file. */
export interface PageReader {
  pages: ClaimedPages
  /** A page with a sound header; each can be read once. @throws MdbDamagedError */
  read(page: number): Buffer
  /** The value of an entry, and the pages of its own that it lies on. @throws MdbDamagedError */
  value(bytes: Buffer, node: Node): { value: Buffer; ownPages: number }
}

/** Reads the pages of an open file of that size, in a state that `pickMeta` found possible. */
export function createPageReader(file: number, meta: MdbMeta, sizeBytes: number): PageReader {
  const { pageBytes, transaction, lastPage } = meta
  const filePages = Math.floor(sizeBytes / pageBytes)
  const pages = createClaimedPages(lastPage + 1)

  function read(page: number, count = 1): Buffer {
    pages.claim(page, count)
    assertSound(page + count <= filePages, `page ${page} is cut off`)
    const bytes = Buffer.allocUnsafe(pageBytes * count)
    assertSound(readSync(file, bytes, 0, bytes.length, page * pageBytes) === bytes.length, `page ${page} is cut off`)
    assertSound(readU64(bytes, 0) === page, `page ${page} has another number`)
    // LMDB writes to a page that is newer than the newest transaction where it is: in memory that cannot be written.
    assertSound(readU64(bytes, 8) <= transaction, `page ${page} is newer than the file`)
    assertSound(bytes.readUInt16LE(16) === 0, `page ${page} has an unknown header`)
    return bytes
  }

  return {
    pages,
    read,
    value(bytes, { flags, valueAt, valueBytes }) {
      if (flags !== BIG) return { value: bytes.subarray(valueAt, valueAt + valueBytes), ownPages: 0 }
      const page = readU64(bytes, valueAt)
      const count = readU64(bytes, valueAt + 16)
      // A value that became smaller may have kept its pages.
      assertSound(count * pageBytes >= PAGE_HEADER_BYTES + valueBytes, `page ${page} has a value that goes beyond it`)
      const own = read(page, count)
      assertSound(
        own.readUInt16LE(18) === OVERFLOW && own.readUInt32LE(20) === count,
        `page ${page} is no page of a value`,
      )
      return { value: own.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + valueBytes), ownPages: count }
    },
  }
}
