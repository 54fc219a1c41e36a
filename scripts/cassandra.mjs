// `npm run cassandra -- …`: starts, stops and shows real Cassandra nodes on this machine.
import { ensureInstalled, run } from './project.mjs'

const help = `npm run cassandra -- start [--nodes 3] [--dcs 1]   starts nodes at 127.0.0.1 and on; Maven brings Cassandra once
npm run cassandra -- stop                          ends them
npm run cassandra -- status                        shows them`

const args = process.argv.slice(2)
if (args.length === 0 || args.includes('--help')) console.log(help)
else {
  try {
    await ensureInstalled()
    process.exitCode = await run('node', ['lab/cassandra/command.ts', ...args])
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
