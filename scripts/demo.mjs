// `npm run demo`: installs, builds and starts two brands' sites. With --smoke a headless browser looks at them instead.
import { ensureBrowsers } from './browsers.mjs'
import { ensureJava, isCassandraAsked } from './java.mjs'
import { ensureInstalled, entry, run } from './project.mjs'

const help = `npm run demo               two brands' pages with their decision services, on this machine
npm run demo -- --smoke    the same, looked at by a headless browser: table, pictures, exit code 0 or 1
npm run demo -- --cluster  the same with profiles in three real Cassandra nodes, to be killed while one reloads;
                           with --smoke too: a browser looks while a node is killed`

await entry(help, async (options) => {
  const isSmoke = options.includes('--smoke')
  const isCluster = options.includes('--cluster')
  await ensureInstalled()
  if (isCluster && !isCassandraAsked()) return 0
  if (isCluster) ensureJava()
  if (isSmoke) await ensureBrowsers(['chromium'])
  console.log('building…')
  const built = await run('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  const script = isSmoke ? (isCluster ? 'smoke-cluster' : 'smoke') : 'demo'
  return run('node', ['--conditions=source', `demo/${script}.ts`, ...(isCluster ? ['--cluster'] : [])])
})
