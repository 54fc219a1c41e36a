// `npm run bench:peers`: builds, installs what a user would pick instead of the service, and measures it beside it.
import { ensureInstalled, entry, run } from './project.mjs'

const help = `npm run bench:peers                 the service, a bare server and other products over the same rules, in turns; six minutes.
                                    They come from npm into out/peers, once. Exit code 1 when one cannot be installed or run
npm run bench:peers -- --edge       Unleash Edge, too: cargo builds it once, in half an hour
npm run bench:peers -- --rounds 1   fewer or more rounds than 5
npm run --silent bench:peers -- --json   the same as one line of JSON`

await entry(help, async (options) => {
  await ensureInstalled()
  const built = await run('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  return run('node', ['--conditions=source', 'bench/peers/main.ts', ...options])
})
