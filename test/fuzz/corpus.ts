import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = new URL('corpus/', import.meta.url).pathname

/** An input that is kept: it once broke a promise, or stands for a kind that has. */
export interface Kept {
  path: string
  input: Uint8Array
}

/** Reads the inputs that are kept for a target, in the order of their names. */
export function readCorpus(target: string): Kept[] {
  mkdirSync(join(folder, target), { recursive: true })
  return readdirSync(join(folder, target))
    .sort()
    .map((name) => join(folder, target, name))
    .map((path) => ({ path, input: readFileSync(path) }))
}

/** Keeps an input, under a name that follows from it. Returns where. */
export function keepInput(target: string, input: Uint8Array): string {
  const name = createHash('sha256').update(input).digest('hex').slice(0, 12)
  const path = join(folder, target, name)
  writeFileSync(path, input)
  return path
}
