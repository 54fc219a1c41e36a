// `npm run cassandra -- start|stop|status`: real Cassandra nodes on this machine, for the demo, the tests and one's own trials.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startCluster } from './cluster.ts'

/** A node that an earlier call has started. */
interface Running {
  address: string
  dataCentre: string
  pid: number
  directory: string
}

const directory = join(import.meta.dirname, '../../out/cassandra')
const stateFile = join(directory, 'cluster.json')

/** A number may have gone to another process meanwhile: only ours has our folder on its command line. */
function isAlive({ pid, directory: own }: Running): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(own)
  } catch {
    return false
  }
}

function nodes(): Running[] {
  return existsSync(stateFile) ? (JSON.parse(readFileSync(stateFile, 'utf8')) as Running[]) : []
}

async function start(nodeCount: number, dataCentres: number): Promise<void> {
  if (nodes().some(isAlive)) throw new Error('a cluster runs already: `npm run cassandra -- stop` ends it')
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
  const onProgress = (step: string): void => console.log(`${step}…`)
  const cluster = await startCluster({ nodes: nodeCount, dataCentres, directory, isDetached: true, onProgress })
  const started = cluster.nodes.map(({ address, place, pid }) => ({
    address,
    dataCentre: place.dataCentre,
    pid,
    directory: place.directory,
  }))
  await writeFile(stateFile, JSON.stringify(started))
  const url = `cql://${cluster.addresses.join(',')}/prepaint?dc=dc1`
  console.log(
    `ready. Next:\n  npx prepaint-server migrate --store '${url}'\n  PREPAINT_STORE='${url}' npx prepaint-server dev`,
  )
}

async function stop(): Promise<void> {
  const running = nodes().filter(isAlive)
  for (const { pid } of running) {
    process.kill(pid, 'SIGCONT')
    process.kill(pid, 'SIGTERM')
  }
  while (running.some(isAlive)) await delay(100)
  await rm(stateFile, { force: true })
  console.log(running.length === 0 ? 'no node ran' : `${running.length} nodes ended; their data stay in out/cassandra`)
}

function status(): void {
  const rows = nodes().map((node) => [
    node.address,
    { 'data centre': node.dataCentre, pid: node.pid, runs: isAlive(node) },
  ])
  if (rows.length === 0) console.log('no cluster: `npm run cassandra -- start` starts one')
  else console.table(Object.fromEntries(rows))
}

function countOf(text: string, most: number, name: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > most) throw new Error(`--${name} must be 1 to ${most}`)
  return count
}

const options = { nodes: { type: 'string', default: '3' }, dcs: { type: 'string', default: '1' } } as const
const { positionals, values } = parseArgs({ allowPositionals: true, options })
const actions: { [name: string]: () => Promise<void> | void } = {
  start: () => start(countOf(values.nodes, 9, 'nodes'), countOf(values.dcs, 2, 'dcs')),
  stop,
  status,
}

try {
  const action = actions[positionals[0] ?? '']
  if (!action) throw new Error('say start, stop or status')
  await action()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
