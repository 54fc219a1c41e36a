import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../../write-durably.ts'

/**
 * The id of the log in a directory, made with it: a store that outlives a log must not take another one's offsets for its.
 */
export async function readLogId(directory: string): Promise<string> {
  const path = join(directory, 'id')
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (kept !== undefined && kept !== '') return kept
  const id = randomBytes(16).toString('hex')
  await writeDurably(path, id)
  return id
}
