// `npm test`: every gate, one after the other. `npm run check` (--fast) is the part that needs no browser.
import { ensureEngines } from './engines.mjs'
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
]
const rest = [
  ['package checks', 'npm', ['run', '--silent', 'package']],
  ...(isCassandraAsked() ? [['profiles in Cassandra', ...vitest('cql')], ['nodes that fail', ...vitest('faults')]] : []),
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

const help = `npm test        every check, in three browsers
npm run check   what needs no browser (this script with --fast )`

await entry(help, async (options) => {
  await ensureInstalled()
  ensureNginx()
  if (options.includes('--fast')) return runGates(fast)
  ensureJava()
  if (isCassandraAsked()) ensureNft()
  await ensureEngines()
  return runGates([...fast, ...rest])
})
