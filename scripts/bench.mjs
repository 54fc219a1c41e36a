// `npm run bench`: builds and measures; with --json prints one line of JSON on standard output.
import { ensureEngines } from './engines.mjs'
import { ensureInstalled, entry, run } from './project.mjs'

const help = `npm run bench                      every figure with its limit; exit code 1 when one is missed
npm run --silent bench -- --json   the same as one line of JSON`

await entry(help, async (options) => {
  await ensureInstalled()
  await ensureEngines()
  const built = await run('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  return run('node', ['--conditions=source', 'bench/bench.ts', ...options])
})
