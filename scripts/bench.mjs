// `npm run bench`: builds and measures; --json prints one line of JSON on standard output, --only NAME measures a part.
import { ensureBrowsers } from './browsers.mjs'
import { ensureJava } from './java.mjs'
import { ensureInstalled, entry, run } from './project.mjs'

const help = `npm run bench                      every figure with its limit; exit code 1 when one is missed
npm run --silent bench -- --json   the same as one line of JSON
npm run bench -- --only tag.bytes  the figures whose names begin so
npm run bench -- --only decide --ledger  where the time of a decision goes`

await entry(help, async (options) => {
  await ensureInstalled()
  await ensureBrowsers()
  ensureJava()
  const built = await run('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  return run('node', ['--conditions=source', 'bench/bench.ts', ...options])
})
