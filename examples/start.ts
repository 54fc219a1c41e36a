// `npm run example -- <name>`: one of the small examples, to be looked at.
import { startStrictSite } from './csp/csp.ts'
import { startApp } from './vite/vite.ts'

interface Running {
  origin: string
  close(): Promise<void>
}

const examples: { [name: string]: () => Promise<Running> } = {
  vite: () => startApp(4173),
  async csp() {
    const { site, close } = await startStrictSite(8082)
    return { origin: site.origin, close }
  },
}

const running = await examples[process.argv[2] ?? '']?.()
if (running) console.log(`\n  ${running.origin}/\n\n  Ctrl-C ends it.`)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void running?.close())
