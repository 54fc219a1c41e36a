// `npm run prove:report`: what is promised of reports, at length: a made-up shop with 100,000 visitors over HTTP, and simulated tests.
import { ensureInstalled, entry, run } from './project.mjs'

const VISITORS = '100000'

const steps = [
  [`a shop with ${VISITORS} visitors`, 'vitest', ['run', '--project', 'server', 'server/test/report/shop']],
  ['figures of reports', 'node', ['--conditions=source', 'bench/bench.ts', '--only', 'report.']],
]

const help = `npm run prove:report   a made-up shop over HTTP, whose report has to equal what has happened in it, and simulated tests: ten minutes
PREPAINT_SHOP_VISITORS=N and PREPAINT_SHOP_SEED=N are other visitors`

await entry(help, async () => {
  await ensureInstalled()
  for (const [index, [name, command, args]] of steps.entries()) {
    const startMs = Date.now()
    console.log(`\n[${index + 1}/${steps.length}] ${name}`)
    const env = { PREPAINT_SHOP_VISITORS: VISITORS, PREPAINT_SHOP_PROGRESS: '1', ...process.env }
    const code = await run(command, args, env)
    console.log(`[${index + 1}/${steps.length}] ${name}: ${((Date.now() - startMs) / 1000).toFixed(0)} s`)
    if (code !== 0) return code
  }
  return 0
})
