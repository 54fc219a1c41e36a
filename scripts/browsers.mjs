import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Needs of each browser: programs by role, the names under which distributions install them, and Debian's packages.
 * MiniBrowser is in no PATH: Debian keeps it below the multiarch folder of the library.
 */
const needs = {
  chromium: { browser: ['chromium', 'chromium-browser', 'google-chrome'] },
  firefox: { browser: ['firefox-esr', 'firefox'] },
  webkit: { browser: ['MiniBrowser'], driver: ['WebKitWebDriver'], display: ['Xvfb'] },
}
const packages = ['chromium', 'firefox-esr', 'webkit2gtk-driver', 'xvfb', 'xauth', 'fonts-dejavu-core']
const install = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`

function foldersOfPrograms() {
  const libraries = ['/usr/lib', '/usr/libexec'].flatMap((root) =>
    existsSync(root) ? ['', ...readdirSync(root)].map((name) => join(root, name)) : [],
  )
  const webkit = libraries.flatMap((folder) => ['4.1', '4.0', '6.0'].map((abi) => `${folder}/webkit2gtk-${abi}`))
  return [...(process.env.PATH ?? '').split(delimiter), ...webkit]
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Playwright's own Chromium, for machines where nothing can be installed system-wide. */
function chromiumOfPlaywright() {
  const path = createRequire(import.meta.url)('playwright-core').chromium.executablePath()
  return isProgram(path) ? path : undefined
}

function findProgram(names) {
  const paths = names.flatMap((name) => foldersOfPrograms().map((folder) => join(folder, name)))
  return paths.find(isProgram) ?? (names.includes('chromium') ? chromiumOfPlaywright() : undefined)
}

function programsMissing(name) {
  return Object.values(needs[name]).some((names) => !findProgram(names))
}

function browsersMissing(names) {
  const remedy = `As root: ${install}. Or choose what runs: PREPAINT_ENGINES=chromium`
  return Object.assign(new Error(`No ${names.join(', ')} on this machine. ${remedy}`), { code: 'engine_missing' })
}

/** Runs a command with its output on the terminal; true when it succeeded. */
function run(command) {
  console.log(`> ${command}`)
  return spawnSync('sh', ['-c', command], { stdio: 'inherit' }).status === 0
}

let isOptOutPrinted = false

/**
 * The browsers that are asked for: all three, or those of `PREPAINT_ENGINES=chromium[,firefox][,webkit]`.
 * Says once, in one line, what is therefore not run.
 */
export function browserNames() {
  const all = Object.keys(needs)
  const asked = (process.env.PREPAINT_ENGINES ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const unknown = asked.filter((name) => !all.includes(name))
  if (unknown.length) {
    const message = `PREPAINT_ENGINES: ${unknown.join(', ')} is not a browser; known are ${all.join(', ')}.`
    throw Object.assign(new Error(message), { code: 'engine_unknown' })
  }
  if (!asked.length) return all
  const left = all.filter((name) => !asked.includes(name))
  if (left.length && !isOptOutPrinted) console.log(`PREPAINT_ENGINES=${asked}: NOT run in ${left.join(', ')}.`)
  isOptOutPrinted = true
  return all.filter((name) => asked.includes(name))
}

/** Paths of a browser's programs by role (webkit: `browser`, `driver`, `display`). Throws when one is missing. */
export function browserPrograms(name) {
  if (programsMissing(name)) throw browsersMissing([name])
  return Object.fromEntries(Object.entries(needs[name]).map(([role, names]) => [role, findProgram(names)]))
}

/** Makes sure that the browsers are here: installs what is missing where that is allowed, else throws the command. */
export async function ensureBrowsers(names = browserNames()) {
  const missing = () => names.filter(programsMissing)
  if (!missing().length) return
  console.log(`Browsers missing: ${missing().join(', ')}`)
  const isRoot = process.getuid?.() === 0
  if (isRoot && run('command -v apt-get')) run(install)
  if (!isRoot && missing().includes('chromium')) run('npx playwright-core install chromium')
  if (missing().length) throw browsersMissing(missing())
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await ensureBrowsers()
  for (const name of browserNames()) console.log(name, Object.values(browserPrograms(name)).join(' '))
}
