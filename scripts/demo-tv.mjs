// `npm run demo:tv`: installs, builds and starts a simulated set with a shop's page. With --smoke a headless browser plays with it.
import { ensureBrowsers } from './browsers.mjs'
import { ensureInstalled, entry, run } from './project.mjs'

const help = `npm run demo:tv             a simulated television, and a page that answers to what it shows, on this machine
npm run demo:tv -- --smoke  the same, played with by a headless browser: pictures, the film of the README, exit code 0 or 1`

await entry(help, async (options) => {
  const isSmoke = options.includes('--smoke')
  await ensureInstalled()
  if (isSmoke) await ensureBrowsers(['chromium'])
  console.log('building…')
  const built = await run('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  return run('node', ['--conditions=source', `demo/tv/${isSmoke ? 'smoke' : 'tv'}.ts`])
})
