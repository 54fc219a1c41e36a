import { bufferToKeyValue } from 'lmdb'
import { unpack } from 'msgpackr'
import { decodeProfile } from '../../profiles/codec.ts'
import { CHECK_KEY, checkMetaRow, isFoldedSound, OFFSET_KEY } from './lmdb-meta.ts'
import { decodeRow } from './lmdb-row.ts'
import { assertSound, MdbDamagedError } from './mdb-file/damage.ts'
import type { OnRow } from './mdb-file/verify.ts'

declare module 'lmdb' {
  /** Reads a key; lmdb-js 3.5.6 exports it without a type. */
  export function bufferToKeyValue(key: Buffer): unknown
}

/** Checks that learn of the tables while their rows are read. */
export interface RowChecks {
  onRow: OnRow
  /** To be called behind the last row of a store that is whole; one into which a copy is being made is not yet. @throws MdbDamagedError when the tables do not belong together. */
  end(): void
}

function checkProfile(key: Buffer, value: Buffer): boolean {
  const place = bufferToKeyValue(key)
  assertSound(Array.isArray(place) && place.length === 2, 'a row is nobody’s')
  const [site, visitorId] = place as [unknown, unknown]
  assertSound(typeof site === 'string' && typeof visitorId === 'string', 'a row is nobody’s')
  const { bytes, lastSeenS } = decodeRow(site, visitorId, value)
  if (lastSeenS === undefined) decodeProfile(bytes)
  return lastSeenS !== undefined
}

/** Makes the check of all that a store of ours holds. */
export function createRowChecks(): RowChecks {
  const meta = new Map<unknown, unknown>()
  let profiles = 0
  let hasChecksums = false

  const take: OnRow = (table, key, value) => {
    if (table === 'profiles') {
      profiles++
      hasChecksums = checkProfile(key, value) || hasChecksums
    } else {
      assertSound(table === 'meta', 'it has a table that is none of ours')
      const name = bufferToKeyValue(key)
      const content: unknown = unpack(value)
      checkMetaRow(name, content)
      meta.set(name, content)
    }
  }

  return {
    onRow(table, key, value) {
      try {
        take(table, key, value)
      } catch (cause) {
        // Whatever a reader makes of damaged bytes.
        throw cause instanceof MdbDamagedError ? cause : new MdbDamagedError(`a row of ${table} is damaged`)
      }
    },
    end() {
      const offset = meta.get(OFFSET_KEY)
      const check = meta.get(CHECK_KEY)
      assertSound(
        offset === undefined ? profiles === 0 : Number.isSafeInteger(offset),
        'nothing says up to where the log is folded',
      )
      if (check === undefined) assertSound(!hasChecksums, 'nothing says up to where the log is folded')
      else assertSound(isFoldedSound(meta), 'what says up to where the log is folded is damaged')
    },
  }
}
