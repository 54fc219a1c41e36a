// `npm run prove:cql`: what is promised of profiles in a cluster, at length: faults, and figures with a million profiles.
import { ensureJava } from './java.mjs'
import { ensureInstalled, entry, run } from './project.mjs'

const steps = [
  ['rules, on three nodes', 'vitest', ['run', '--project', 'cql']],
  ['faults, long outages', 'vitest', ['run', '--project', 'faults']],
  ['figures, a million profiles', 'node', ['--conditions=source', 'bench/bench.ts', '--only', 'cql.']],
]

const help = `npm run prove:cql   faults and figures of profiles in a cluster, at length: an hour or more, by estimate`

await entry(help, async () => {
  await ensureInstalled()
  ensureJava()
  const built = await run('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  for (const [index, [name, command, args]] of steps.entries()) {
    const startMs = Date.now()
    console.log(`\n[${index + 1}/${steps.length}] ${name}`)
    const code = await run(command, args, { PREPAINT_PROVE: '1' })
    console.log(`[${index + 1}/${steps.length}] ${name}: ${((Date.now() - startMs) / 1000).toFixed(0)} s`)
    if (code !== 0) return code
  }
  return 0
})
