// What the entry scripts share. They run on whatever Node the machine has (20 or newer, nothing installed yet); all else
// runs on the Node that the project brings along as a dev dependency.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { guardChildren } from './guard.mjs'

const NODE_MAJOR = 24

export const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')

/** The environment of every child: the project's own tools first on the path. */
const env = () => ({
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH}`,
  FORCE_COLOR: process.stdout.isTTY ? '1' : '0',
})

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Longest time for a child to end what it has started, in ms; then we end, and the guard sees to the rest. */
const END_MS = 10_000

/**
 * Runs a command in the project's root and resolves with its exit code. A terminal's Ctrl-C reaches the child by itself;
 * any other signal is passed on. Either way we wait for it, so that it can end what it started.
 */
export function run(command, args, extraEnv = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: { ...env(), ...extraEnv }, stdio: 'inherit' })
    const pass = (signal) => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
      setTimeout(() => process.exit(1), END_MS).unref()
    }
    for (const signal of SIGNALS) process.on(signal, pass)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      for (const one of SIGNALS) process.off(one, pass)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1))
    })
  })
}

function isInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installed) || !existsSync(join(bin, 'node'))) return false
  return statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
}

function assertNode() {
  const { stdout } = spawnSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' })
  if (stdout?.startsWith(`v${NODE_MAJOR}.`)) return
  throw new Error(
    `the project's own Node is ${stdout?.trim() || 'missing'} and should be ${NODE_MAJOR}: remove node_modules and run ` +
      '`npm ci` (the install script of the package `node` has to be allowed, as package.json says)',
  )
}

/** Installs what package-lock.json says, unless it is there, and makes sure that children get the right Node. */
export async function ensureInstalled() {
  if (!isInstalled()) {
    console.log('installing dependencies (npm ci)…')
    // The engines warning is about the Node that runs npm, not about the one that runs the project.
    const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
    if (code !== 0) throw new Error(`npm ci failed with exit code ${code}`)
  }
  assertNode()
}

/**
 * Runs `main` with the options that were given, and turns an error into one line and exit code 1. What it starts ends with us.
 * @param help what the command does and takes; an option that it does not name is refused with it.
 */
export async function entry(help, main) {
  const options = process.argv.slice(2)
  const unknown = options.filter((option) => /^--(?!help$)/.test(option) && !help.includes(` ${option} `))
  if (unknown.length > 0 || options.includes('--help')) {
    console.log(unknown.length > 0 ? `unknown option ${unknown.join(' ')}\n${help}` : help)
    process.exitCode = unknown.length > 0 ? 2 : 0
    return
  }
  guardChildren()
  try {
    process.exitCode = await main(options)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
