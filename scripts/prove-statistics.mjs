// `npm run prove:statistics`: makes the fixtures of the reports' statistics again with published libraries, and compares.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, entry, root, run } from './project.mjs'

const help = `npm run prove:statistics              fixtures by statsmodels, scipy and confseq, compared with those that tests use: three to eight minutes, and
                                      500 MB below out/
npm run prove:statistics -- --write   puts the new ones in their place`

const fixtures = join(root, 'server/test/statistics/fixtures/published')
const environment = join(root, 'out/statistics/python')
const made = join(root, 'out/statistics/fixtures')

const libraries = ['numpy==2.4.6', 'scipy==1.17.1', 'statsmodels==0.15.0']

// Its own build asks for pybind11 2.6, which cannot be compiled for Python 3.11 and later (PyFrameObject became opaque).
const confseq = 'confseq==0.0.11'
const builders = ['setuptools<81', 'wheel', 'scikit-build==0.19.1', 'pybind11==3.1.0', 'cmake==4.4.5', 'ninja==1.13.2']

/** Largest relative difference that rounding may make on another processor. */
const TOLERANCE = 1e-9

const packages =
  'apt-get update && apt-get install -y --no-install-recommends g++ libboost-dev python3-dev python3-venv'

/** Throws with the command that installs what cannot be had from PyPI, if it is missing: confseq is C++ with headers of Boost. */
function requireTools() {
  const program = '#include <boost/math/special_functions/gamma.hpp>\n'
  const compiled = spawnSync('g++', ['-fsyntax-only', '-x', 'c++', '-'], { input: program })
  const python = spawnSync('python3', ['-c', 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))'])
  if (compiled.status === 0 && python.status === 0) return
  throw new Error(`needs Python 3.11, a C++ compiler and Boost's headers. As root, on Debian: ${packages}`)
}

async function prepare() {
  const python = join(environment, 'bin/python')
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
  const steps = [
    ...(existsSync(python) ? [] : [['python3', ['-m', 'venv', environment]]]),
    [python, [...pip, ...libraries, ...builders]],
    [python, [...pip, '--no-deps', '--no-build-isolation', confseq]],
    [python, ['scripts/statistics-fixtures.py', made]],
  ]
  for (const [command, args] of steps) {
    const code = await run(command, args)
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed with exit code ${code}`)
  }
}

/** Returns the place of the first value that differs; undefined if none does. */
function difference(left, right, place = '') {
  if (typeof left === 'number' && typeof right === 'number') {
    const isSame = Math.abs(left - right) <= TOLERANCE * Math.max(Math.abs(left), Math.abs(right))
    return isSame ? undefined : `${place}: ${left} and ${right}`
  }
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object')
    return left === right ? undefined : `${place}: ${left} and ${right}`
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = difference(left[key], right[key], `${place}/${key}`)
    if (found) return found
  }
}

await entry(help, async (options) => {
  await ensureInstalled()
  requireTools()
  await prepare()
  if (options.includes('--write')) cpSync(made, fixtures, { recursive: true })
  const read = (folder, name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const names = readdirSync(made).filter((name) => name.endsWith('.json'))
  for (const name of names) {
    const found = difference(read(made, name), read(fixtures, name))
    if (found) throw new Error(`${name} is not what the libraries say: ${found}`)
    console.log(`${name}: as the libraries say`)
  }
  return run('vitest', ['run', '--project', 'server', 'server/test/statistics'])
})
