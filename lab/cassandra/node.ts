import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { CassandraError } from './cassandra-error.ts'
import { jarNamed } from './jars.ts'
import { briefArguments, memoryArguments, moduleArguments, startScript } from './jvm.ts'
import { addressOf, NATIVE_PORT, type NodePlace, writeNodeConfig } from './node-config.ts'

/** Longest start of one node, in ms: three at once took 23 s on two cores that others used too. */
const START_TIMEOUT_MS = 120_000

/** One Cassandra process; killed, it can be started again with its data. */
export interface CassandraNode {
  place: NodePlace
  address: string
  /** Resolves when clients are served. @throws CassandraError when it has ended before, with the end of its log. */
  start(): Promise<void>
  /** Present while it runs. */
  readonly pid: number | undefined
  signal(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  /** Ends it; resolves when it has ended. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** Options of all nodes. */
export interface NodeOptions {
  jars: string
  /** True when they shall outlive us. */
  isDetached: boolean
  /** True when they start sooner and answer slower than nodes that live for long. */
  isBrief: boolean
}

function isServing(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: NATIVE_PORT })
    const settle = (isUp: boolean) => (): void => {
      socket.destroy()
      resolve(isUp)
    }
    socket.once('connect', settle(true)).once('error', settle(false))
  })
}

/** Makes a node that does not run yet. */
export function createNode(place: NodePlace, { jars, isDetached, isBrief }: NodeOptions): CassandraNode {
  const address = addressOf(place)
  const output = join(place.directory, 'output.log')
  let child: ChildProcess | undefined

  async function lastWords(): Promise<string> {
    return (await readFile(output, 'utf8')).trimEnd().split('\n').slice(-20).join('\n')
  }

  async function untilServing(started: ChildProcess): Promise<void> {
    const deadlineMs = Date.now() + START_TIMEOUT_MS
    while (!(await isServing(address))) {
      if (started.exitCode !== null || started.signalCode !== null || Date.now() > deadlineMs) {
        throw new CassandraError('node_failed', `Cassandra at ${address} does not serve:\n${await lastWords()}`)
      }
      await delay(100)
    }
  }

  return {
    place,
    address,
    get pid() {
      return child?.pid
    },
    async start() {
      const properties = await writeNodeConfig(place)
      const log = await open(output, 'a')
      const agent = await jarNamed(jars, 'jamm-')
      const options = [
        ...memoryArguments,
        ...(isBrief ? briefArguments : []),
        ...moduleArguments,
        ...properties,
        `-javaagent:${agent}`,
      ]
      const java = [...options, '-cp', join(jars, '*'), 'org.apache.cassandra.service.CassandraDaemon']
      const started = spawn('sh', ['-c', startScript, 'java', ...java], {
        stdio: ['ignore', log.fd, log.fd],
        detached: isDetached,
        env: { ...process.env, MALLOC_ARENA_MAX: '2' },
      })
      await log.close()
      if (isDetached) started.unref()
      started.once('exit', () => {
        if (child === started) child = undefined
      })
      child = started
      await untilServing(started)
    },
    signal(signal) {
      child?.kill(signal)
    },
    async end(signal = 'SIGTERM') {
      const running = child
      if (!running) return
      const ended = once(running, 'exit')
      // A stopped process hears of nothing but SIGKILL until it goes on.
      running.kill('SIGCONT')
      running.kill(signal)
      await ended
    },
  }
}
