import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const serverRoot = dirname(createRequire(import.meta.url).resolve('prepaint-server/package.json'))

/** The tag as the command line prints it for this catalog, with further attributes. */
export async function snippetFor(catalog: string, attributes: { [name: string]: string }): Promise<string> {
  const args = ['snippet', '--catalog', catalog, '--mode', 'inline', '--json']
  const { stdout } = await run(process.execPath, [join(serverRoot, 'bin', 'prepaint-server.mjs'), ...args])
  const { tag } = JSON.parse(stdout) as { tag: string }
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`)
  return tag.replace('<script', () => `<script${written.join('')}`)
}
