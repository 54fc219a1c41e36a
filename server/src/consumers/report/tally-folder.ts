import { bufferToKeyValue } from 'lmdb'
import { assertSound, MdbDamagedError } from '../../stores/lmdb/mdb-file/damage.ts'
import type { FolderContent } from '../../stores/lmdb/sound-folder.ts'
import { unsealed } from './sealed.ts'

const TABLES = new Set(['rows', 'cells', 'meta'])

function check(table: string, key: Buffer, value: Buffer): void {
  assertSound(TABLES.has(table), 'it has a table that is none of ours')
  try {
    const place = bufferToKeyValue(key)
    assertSound(table === 'meta' ? typeof place === 'string' : Array.isArray(place), 'a row is nobody’s')
    unsealed(value.toString())
  } catch (cause) {
    throw cause instanceof MdbDamagedError ? cause : new MdbDamagedError(`a row of ${table} is damaged`)
  }
}

/** Counts for reports, as a folder of LMDB. */
export const COUNTS: FolderContent = {
  name: 'the counts for reports',
  one: 'a count',
  createChecks: () => ({ onRow: check, end: () => undefined }),
}
