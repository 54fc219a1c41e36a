import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CassandraError } from './cassandra-error.ts'
import { resolveJars } from './jars.ts'
import { jmxPortOf, type NodePlace } from './node-config.ts'

/** A stretch of the ring, and what is to be repaired in it. */
export interface RepairRange {
  keyspace: string
  table: string
  /** Tokens: exclusive, inclusive. */
  from: bigint
  to: bigint
}

/** Repairs small ranges one after the other, as cassandra-reaper does; in a process of its own that goes on running. */
export interface Repairer {
  /** Resolves when the range is the same in all copies. @throws CassandraError with the state in which it ended. */
  repair(place: NodePlace, range: RepairRange): Promise<void>
  end(): Promise<void>
}

const SOURCE = fileURLToPath(new URL('Repairer.java', import.meta.url))

/** Starts one. Java compiles its source at the start. */
export async function startRepairer(): Promise<Repairer> {
  const jars = await resolveJars(() => undefined)
  const java = ['-Xmx64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(jars, '*'), SOURCE]
  const child = spawn('java', java, { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  // Whoever asks one that has ended hears of it as the end of its answers.
  child.stdin.on('error', () => undefined)
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async repair(place, { keyspace, table, from, to }) {
      child.stdin.write(`${jmxPortOf(place)} ${keyspace} ${table} ${from} ${to}\n`)
      const { value: state = 'the repairer has ended' } = (await answers.next()) as { value?: string }
      if (!state.startsWith('COMPLETED'))
        throw new CassandraError('repair_failed', `${keyspace}.${table} from ${from} to ${to}: ${state}`)
    },
    async end() {
      child.stdin.end()
      await closed
    },
  }
}
