import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built scripts by file name; empty when they are not built. */
export interface Runtime {
  [fileName: string]: Buffer
}

const FILES = [
  'prepaint.js',
  'prepaint-late.js',
  'prepaint-api.js',
  'prepaint-tv.js',
  'prepaint-vitals.js',
  'prepaint-stub.js',
] as const

/** Name of one of them. */
export type RuntimeFile = (typeof FILES)[number]

/** The folder of the `prepaint` package in which they are. */
export function builtDirectory(): string {
  return dirname(fileURLToPath(import.meta.resolve('prepaint/prepaint.js')))
}

/** Reads what the tag consists of. */
export async function readRuntime(directory = builtDirectory()): Promise<Runtime> {
  try {
    const contents = await Promise.all(FILES.map((name) => readFile(join(directory, name))))
    return Object.fromEntries(FILES.map((name, index) => [name, contents[index] as Buffer]))
  } catch (cause) {
    // In a checkout before its first build; decisions work without.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw cause
  }
}
