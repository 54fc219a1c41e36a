import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The built scripts by file name; empty when they are not built. */
export interface Runtime {
  [fileName: string]: Buffer
}

const FILES = ['prepaint.js', 'prepaint-late.js', 'prepaint-api.js', 'prepaint-vitals.js', 'prepaint-stub.js'] as const

/** Name of one of them. */
export type RuntimeFile = (typeof FILES)[number]

/** Reads what the tag consists of from the `prepaint` package. */
export async function readRuntime(): Promise<Runtime> {
  const directory = dirname(fileURLToPath(import.meta.resolve('prepaint/prepaint.js')))
  try {
    const contents = await Promise.all(FILES.map((name) => readFile(join(directory, name))))
    return Object.fromEntries(FILES.map((name, index) => [name, contents[index] as Buffer]))
  } catch (cause) {
    // In a checkout before its first build; decisions work without.
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw cause
  }
}
