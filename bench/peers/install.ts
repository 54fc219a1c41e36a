import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LoadPackage, Peer } from './peer.ts'

/** Outside of git, as all that is written when it is needed. */
const CACHE = fileURLToPath(new URL('../../out/peers', import.meta.url))

/** Lines of a failed command that tell why. */
const CAUSE_LINES = 5

/** Runs a command in silence. */
function run(command: string, args: readonly string[], folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
    const fail = (why: string): void => {
      const lines = errors.trim().split('\n').slice(-CAUSE_LINES)
      reject(new Error(`${[command, ...args].join(' ')}: ${[why, ...lines].filter(Boolean).join('\n')}`))
    }
    child.on('error', ({ message }) => fail(message.endsWith('ENOENT') ? `${command} is not installed` : message))
    child.on('close', (code) => (code === 0 ? resolve() : fail(`exit code ${String(code)}`)))
  })
}

/** A command that installs a peer into a folder. */
interface Installation {
  registry: string
  command: string
  args: string[]
}

/** Returns how a peer is installed. Scripts of packages are not run: none of these needs one, and one reports its installation. */
export function installationOf(peer: Peer): Installation {
  const { name, version } = peer
  if (peer.kind === 'program') {
    const args = ['install', name, '--version', version, '--locked', '--root', '.', ...peer.features]
    return { registry: 'crates.io, about half an hour', command: 'cargo', args }
  }
  const packages = Object.entries({ [name]: version, ...peer.beside }).map((pair) => pair.join('@'))
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--fetch-retries=1', '--loglevel=error']
  return { registry: 'npm, up to a minute', command: 'npm', args: ['install', ...quiet, '--save-exact', ...packages] }
}

/** Returns the folder of a peer. */
export function folderOf({ name, version }: Peer): string {
  return join(CACHE, `${name.replace('/', '+')}@${version}`)
}

/** Installs a peer, unless it is there, and returns its folder; throws with the end of the installer's own words. */
export async function ensurePeer(peer: Peer): Promise<string> {
  const folder = folderOf(peer)
  if (existsSync(folder)) return folder
  const { registry, command, args } = installationOf(peer)
  process.stderr.write(`installing ${peer.name} ${peer.version} (${registry})…\n`)
  const unfinished = `${folder}-new`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true })
  // npm would take the project's own package.json.
  await writeFile(join(unfinished, 'package.json'), '{ "private": true }\n')
  await run(command, args, unfinished)
  await rename(unfinished, folder)
  return folder
}

/** Returns the loader of a peer's packages. */
export function loaderOf(peer: Peer): LoadPackage {
  return createRequire(join(folderOf(peer), 'package.json'))
}
