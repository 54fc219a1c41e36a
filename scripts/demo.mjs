// `npm run demo`: installs, builds and starts two brands' sites. With --smoke a headless browser looks at them instead.
import { ensureEngines } from './engines.mjs'
import { ensureInstalled, entry, run } from './project.mjs'

const help = `npm run demo               two brands' pages with their decision services, on this machine
npm run demo -- --smoke    the same, looked at by a headless browser: table, pictures, exit code 0 or 1`

await entry(help, async (options) => {
  const isSmoke = options.includes('--smoke')
  await ensureInstalled()
  if (isSmoke) await ensureEngines(['chromium'])
  console.log('building…')
  const built = await run('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  return run('node', ['--conditions=source', `examples/${isSmoke ? 'smoke' : 'demo'}.ts`])
})
