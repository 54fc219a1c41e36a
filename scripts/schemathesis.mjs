import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './project.mjs'

/** The version that was tried. */
const VERSION = '4.32.5'

const folder = join(root, 'out', `schemathesis-${VERSION}`)
const program = join(folder, 'bin', 'schemathesis')

/** Returns the path of Schemathesis; it is installed from PyPI into `out` the first time. */
export async function ensureSchemathesis() {
  if (existsSync(program)) return program
  console.error(`installing Schemathesis ${VERSION} (about a minute)…`)
  const made = await run('python3', ['-m', 'venv', folder])
  if (made !== 0) throw new Error('no Python environment could be made. As root: apt-get install -y python3-venv')
  const installed = await run(join(folder, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`])
  if (installed !== 0) throw new Error(`schemathesis ${VERSION} could not be installed from PyPI`)
  return program
}
