import { crc32 } from 'node:zlib'
import type { Database } from 'lmdb'
import type { Definitions } from '../../profiles/features/definitions.ts'
import { decodeDefinitions, encodeDefinitions } from '../definitions-text.ts'
import type { FoldedOffset } from '../store.ts'

/** The table of what is known about the store. */
export type LmdbMeta = Database<number | string, string>

/** Under these keys stand up to where the log is folded, that number's checksum, and the log's epoch if it is another than 0. */
export const OFFSET_KEY = 'offset'
export const CHECK_KEY = 'check'
const EPOCH_KEY = 'epoch'

/** Begins the keys of sites' definitions; none of them reaches the end. */
const DEFINITIONS_KEY = 'definitions '
const DEFINITIONS_END = 'definitions!'

/** Epoch of the log of a store that has never held another log's profiles. */
export const LMDB_EPOCH = 0

/** The checksum of an offset: a flipped bit would pass events over, or fold them twice. */
export function checkOf(offset: number, epoch = LMDB_EPOCH): number {
  return crc32(epoch === LMDB_EPOCH ? `offset ${offset}` : `offset ${offset} of ${epoch}`)
}

/** Up to where the log is folded; undefined before anything was. */
export function readFolded(meta: LmdbMeta): FoldedOffset | undefined {
  const offset = meta.get(OFFSET_KEY)
  return offset === undefined ? undefined : { epoch: Number(meta.get(EPOCH_KEY) ?? LMDB_EPOCH), offset: Number(offset) }
}

/** Notes up to where the log is folded, inside of a transaction; returns the writes. */
export function putFolded(meta: LmdbMeta, { epoch, offset }: FoldedOffset): Promise<boolean>[] {
  const ofLog = [meta.put(OFFSET_KEY, offset), meta.put(CHECK_KEY, checkOf(offset, epoch))]
  return epoch === LMDB_EPOCH ? ofLog : [...ofLog, meta.put(EPOCH_KEY, epoch)]
}

/** @returns true if what is in the table says up to where the log is folded, and its checksum is right. */
export function isFoldedSound(meta: ReadonlyMap<unknown, unknown>): boolean {
  const epoch = meta.get(EPOCH_KEY) ?? LMDB_EPOCH
  return meta.get(CHECK_KEY) === checkOf(meta.get(OFFSET_KEY) as number, epoch as number)
}

/** Reads the definitions in force. @throws ProfileDamagedError */
export function readLmdbDefinitions(meta: LmdbMeta): Definitions {
  const rows = [...meta.getRange({ start: DEFINITIONS_KEY, end: DEFINITIONS_END })]
  return new Map(rows.map(({ key, value }) => [key.slice(DEFINITIONS_KEY.length), decodeDefinitions(value)]))
}

/** Writes definitions, inside of a transaction; returns the writes. */
export function putDefinitions(meta: LmdbMeta, definitions: Definitions): Promise<boolean>[] {
  return [...definitions].map(([site, one]) => meta.put(DEFINITIONS_KEY + site, encodeDefinitions(one)))
}

/** Looks at a row of the table. @throws ProfileDamagedError for definitions that are not what was written. */
export function checkMetaRow(key: unknown, value: unknown): void {
  if (typeof key === 'string' && key.startsWith(DEFINITIONS_KEY)) decodeDefinitions(value)
}
