// `npm run fuzz`: builds, and tries inputs from outside against what each boundary promises.
import { ensureInstalled, entry, run } from './project.mjs'
import { ensureSchemathesis } from './schemathesis.mjs'

const help = `npm run fuzz                       all targets for 40 s, as in npm test; what breaks a promise is kept in test/fuzz/corpus
npm run fuzz -- --minutes 60       the same for longer, and Schemathesis (from PyPI) over the OpenAPI description; --seconds N for shorter
npm run fuzz -- --only catalog     the targets whose names begin so: http log record profile catalog answer
                                   stored tv-xmltv tv-csv tv-map tv-scte35 tv-hls tv-body tv-record tv-airings tv-live
npm run fuzz -- --seed 1           the same inputs again
npm run --silent fuzz -- --json    the outcome as one line of JSON`

await entry(help, async (options) => {
  await ensureInstalled()
  const built = await run('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  const env = options.includes('--minutes') ? { PREPAINT_SCHEMATHESIS: await ensureSchemathesis() } : {}
  return run('node', ['--conditions=source', 'test/fuzz/main.ts', ...options], env)
})
