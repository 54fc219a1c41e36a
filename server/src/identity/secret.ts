import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from '../write-durably.ts'

/** Shortest secret, in characters: 16 bytes as hex. */
export const MIN_SECRET_LENGTH = 32

function checked(secret: string, path: string): string {
  if (secret.length >= MIN_SECRET_LENGTH) return secret
  throw new Error(`${path} has fewer than ${MIN_SECRET_LENGTH} characters: restore it, or delete it to forget all`)
}

/** The secret kept in the data directory; undefined when there is none yet. */
export async function findSecret(dataDirectory: string): Promise<string | undefined> {
  const path = join(dataDirectory, 'secret')
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  return kept === undefined ? undefined : checked(kept.trim(), path)
}

/** The secret kept in the data directory; made at the first start, readable by the service's user alone. */
export async function readSecret(dataDirectory: string): Promise<string> {
  const kept = await findSecret(dataDirectory)
  if (kept !== undefined) return kept
  const path = join(dataDirectory, 'secret')
  const secret = randomBytes(32).toString('hex')
  await writeDurably(path, `${secret}\n`)
  return secret
}
