// `npm test`: every gate, one after the other. `npm run check` (--fast) is the part that needs no browser.
import { spawn } from 'node:child_process'
import { ensureBrowsers } from './browsers.mjs'
import { ensureJava, isCassandraAsked } from './java.mjs'
import { ensureNft } from './nft.mjs'
import { ensureNginx } from './nginx.mjs'
import { ensureInstalled, entry, run } from './project.mjs'

const vitest = (...projects) => ['vitest', ['run', ...projects.flatMap((project) => ['--project', project])]]

/** A gate is a name, a command, its arguments and what it adds to the environment. */
const fast = [
  ['build', 'npm', ['run', '--silent', 'build']],
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['types', 'npm', ['run', '--silent', 'types']],
  ['unit tests', ...vitest('shared', 'node', 'server')],
  ['built files: size, shape, package', ...vitest('dist')],
  // Of one seed: a change is judged by its own faults. New seeds are for `npm run fuzz`, whose findings are kept in the corpus.
  ['fuzz: 40 s of hostile inputs', 'node', ['--conditions=source', 'test/fuzz/main.ts', '--seed', '1']],
]
const rest = [
  ['package checks', 'npm', ['run', '--silent', 'package']],
  ...(isCassandraAsked()
    ? [
        ['profiles in Cassandra', ...vitest('cql')],
        ['nodes that fail', ...vitest('faults')],
      ]
    : []),
  ['the lab itself, and the examples', ...vitest('lab', 'examples')],
  ['browser tests, readable build', ...vitest('browser'), { PREPAINT_BUILD: 'debug' }],
  ['browser tests, minified build', ...vitest('browser'), { PREPAINT_BUILD: 'minified' }],
]

async function runGates(gates) {
  const startMs = Date.now()
  for (const [index, [name, command, args, env]] of gates.entries()) {
    const gateMs = Date.now()
    console.log(`\n[${index + 1}/${gates.length}] ${name}`)
    const code = await run(command, args, env)
    if (code !== 0) {
      console.error(`\n${name}: failed (exit code ${code}). Again, alone: ${command} ${args.join(' ')}`)
      return 1
    }
    console.log(`[${index + 1}/${gates.length}] ${name}: ${((Date.now() - gateMs) / 1000).toFixed(0)} s`)
  }
  console.log(`\nall ${gates.length} gates passed in ${((Date.now() - startMs) / 1000).toFixed(0)} s`)
  return 0
}

/** Burns one core from now on; ends with us, whatever ends us (guard.mjs). Returns its end. */
function burnOneCore() {
  const burner = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
  burner.unref()
  console.log(`beside load: process ${burner.pid} burns one core`)
  return () => burner.kill('SIGKILL')
}

const help = `npm test                     every check, in three browsers
npm test -- --beside-load    the same beside a process that burns one core, as on a busy CI machine
npm run check                what needs no browser (this script with --fast )`

await entry(help, async (options) => {
  await ensureInstalled()
  ensureNginx()
  const isFast = options.includes('--fast')
  if (!isFast) {
    ensureJava()
    if (isCassandraAsked()) ensureNft()
    await ensureBrowsers()
  }
  const endLoad = options.includes('--beside-load') ? burnOneCore() : () => undefined
  try {
    return await runGates(isFast ? fast : [...fast, ...rest])
  } finally {
    endLoad()
  }
})
