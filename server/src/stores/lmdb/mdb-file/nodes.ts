import { assertSound } from './damage.ts'
import { PAGE_HEADER_BYTES } from './meta.ts'

/** Flags of an entry: its value lies on pages of its own; it is a tree. */
export const BIG = 0x01
export const TREE = 0x02

const NODE_HEADER_BYTES = 8

/** Size of the reference to a value that lies on pages of its own, in bytes. */
const BIG_VALUE_BYTES = 24

/** One entry of a page. */
export interface Node {
  key: Buffer
  flags: number
  /** In a branch: the page below. */
  child: number
  /** In a leaf. */
  valueBytes: number
  /** Offset of its value in the page. */
  valueAt: number
}

/** The entries of a page. @throws MdbDamagedError when one is not in the page, or lies upon another. */
export function readNodes(bytes: Buffer, page: number, isLeaf: boolean): Node[] {
  const lower = bytes.readUInt16LE(20)
  const upper = bytes.readUInt16LE(22)
  const room = bytes.length - PAGE_HEADER_BYTES
  assertSound(
    lower % 2 === 0 && upper % 2 === 0 && lower <= upper && upper <= room,
    `page ${page} has impossible bounds`,
  )
  const nodes: Node[] = []
  let taken = 0
  for (let index = 0; index < lower / 2; index++) {
    const offset = bytes.readUInt16LE(PAGE_HEADER_BYTES + index * 2)
    const at = PAGE_HEADER_BYTES + offset
    const isInside = offset >= upper && offset % 2 === 0 && at + NODE_HEADER_BYTES <= bytes.length
    assertSound(isInside, `page ${page} has an entry outside of it`)
    const low = bytes.readUInt32LE(at)
    const flags = bytes.readUInt16LE(at + 4)
    const keyAt = at + NODE_HEADER_BYTES
    const valueAt = keyAt + bytes.readUInt16LE(at + 6)
    const inlineBytes = flags === BIG ? BIG_VALUE_BYTES : low
    const end = valueAt + (isLeaf ? inlineBytes : 0)
    assertSound(end <= bytes.length, `page ${page} has an entry that goes beyond it`)
    taken += end - at + ((end - at) & 1)
    nodes.push({ key: bytes.subarray(keyAt, valueAt), flags, child: low + flags * 2 ** 32, valueBytes: low, valueAt })
  }
  // LMDB leaves no gaps between entries.
  assertSound(taken === room - upper, `page ${page} has entries that lie upon each other`)
  return nodes
}
