import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { CassandraError } from './cassandra-error.ts'
import { resolveJars } from './jars.ts'
import { moduleArguments } from './jvm.ts'
import { jmxPortOf, type NodePlace, TOOLS_LOGBACK } from './node-config.ts'

/** Longest run, in ms: a node that hangs takes the connection and never answers. */
const TIMEOUT_MS = 300_000

/** A repair that ends before the tool listens is noticed when the tool looks by itself, which is every 5 minutes by default. */
const LOOK_EVERY_SECOND = '-Dcassandra.nodetool.jmx_notification_poll_interval_seconds=1'

async function run(place: NodePlace, args: readonly string[], scheduler: readonly string[]): Promise<string> {
  const jars = await resolveJars(() => undefined)
  const logback = `-Dlogback.configurationFile=file:${join(place.directory, TOOLS_LOGBACK)}`
  const memory = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
  const java = [...memory, LOOK_EVERY_SECOND, logback, ...moduleArguments, '-cp', join(jars, '*')]
  const tool = ['org.apache.cassandra.tools.NodeTool', '-p', String(jmxPortOf(place)), ...args]
  const [command = '', ...commandArgs] = [...scheduler, 'java', ...java, ...tool]
  const child = spawn(command, commandArgs, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0)
    throw new CassandraError('nodetool_failed', `nodetool ${args.join(' ')} ended with ${String(code)}:\n${output}`)
  return output
}

/**
 * Cassandra's own tool for operators, such as `nodetool(place, 'flush')`; resolves with what it prints.
 * @throws CassandraError with what it printed instead.
 */
export function nodetool(place: NodePlace, ...args: string[]): Promise<string> {
  return run(place, args, [])
}

/**
 * The same while decisions are measured: an operator's tool stands elsewhere; here it takes a second of CPU time to start, and
 * gets what the nodes and their load leave. Beside another program that burns a core that is nothing for minutes.
 */
export function idleNodetool(place: NodePlace, ...args: string[]): Promise<string> {
  return run(place, args, ['chrt', '--idle', '0'])
}
