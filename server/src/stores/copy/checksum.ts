import { createHash } from 'node:crypto'
import type { CopiedRow } from './copy-end.ts'

/** Number and hash of profiles: two stores with the same have the same profiles, in whatever order they keep them. */
export interface Checksum {
  count: number
  /** Sum of the rows' hashes, in hexadecimal digits. */
  sum: string
}

/** Of no profile. */
export const EMPTY_CHECKSUM: Checksum = { count: 0, sum: '0' }

/** 64 bits of SHA-256 over the row's key, whose JSON ends before its bytes begin, and its bytes. */
function hashOf({ site, visitorId, bytes }: CopiedRow): bigint {
  return createHash('sha256')
    .update(JSON.stringify([site, visitorId]))
    .update(bytes)
    .digest()
    .readBigUInt64BE()
}

/** With some rows more. What was erased is no profile: one store marks it, another has nothing there. */
export function addRows({ count, sum }: Checksum, rows: readonly CopiedRow[]): Checksum {
  const profiles = rows.filter(({ bytes }) => bytes.length > 0)
  const total = profiles.reduce((before, row) => BigInt.asUintN(64, before + hashOf(row)), BigInt(`0x${sum}`))
  return { count: count + profiles.length, sum: total.toString(16) }
}
