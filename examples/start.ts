// `npm run example -- <name>`: one of the small examples, to be looked at.
import { startApp } from './vite/vite.ts'

interface Running {
  origin: string
  close(): Promise<void>
}

const examples: { [name: string]: () => Promise<Running> } = {
  vite: () => startApp(4173),
}

const running = await examples[process.argv[2] ?? '']?.()
if (running) console.log(`\n  ${running.origin}/\n\n  Ctrl-C ends it.`)
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void running?.close())
