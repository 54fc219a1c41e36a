// `npm run example -- <name>`: installs, builds and starts one of the small examples.
import { ensureInstalled, entry, run } from './project.mjs'

const help = `npm run example -- vite   an app that Vite builds with the packed package
npm run example -- csp    a page under a strict Content-Security-Policy`

await entry(help, async ([name]) => {
  if (name === undefined) throw new Error(help)
  await ensureInstalled()
  console.log('building…')
  const built = await run('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  return run('node', ['--conditions=source', 'examples/start.ts', name])
})
