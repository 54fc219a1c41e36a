import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const serverRoot = dirname(createRequire(import.meta.url).resolve('prepaint-server/package.json'))

/** Runs a command of `prepaint-server` and returns what it prints for machines. */
export async function commandLine<T>(...args: string[]): Promise<T> {
  const { stdout } = await run(process.execPath, [join(serverRoot, 'bin', 'prepaint-server.mjs'), ...args, '--json'])
  return JSON.parse(stdout) as T
}
