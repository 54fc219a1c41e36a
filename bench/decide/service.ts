import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DecideData } from './data.ts'
import { SECRET } from './visitors.ts'

const PROGRAM = fileURLToPath(new URL('../../server/bin/prepaint-server.mjs', import.meta.url))
const BARE = fileURLToPath(new URL('bare.ts', import.meta.url))

/** Length of a tick of the kernel's clock, in µs (Linux, `getconf CLK_TCK`: 100 on every architecture in use). */
const TICK_US = 10_000

/** Time that a process has had of all cores, in µs. */
export interface CpuTime {
  /** Of its main thread, itself and the kernel on its behalf. */
  userUs: number
  systemUs: number
  /** Of its other threads. */
  othersUs: number
}

/** A server in a process of its own. */
export interface MeasuredService {
  port: number
  /** Time that the process has had so far, in µs: all of its threads, and the kernel on its behalf. */
  cpuUs(): number
  /** The same by threads: of those that have ended nothing. */
  cpuTime(): CpuTime
  close(): Promise<void>
}

function timesOf(path: string): [userUs: number, systemUs: number] {
  // proc_pid_stat(5): behind the name in brackets, fields 14 and 15 of all.
  const fields = readFileSync(path, 'utf8').split(') ')[1]?.split(' ') ?? []
  return [Number(fields[11]) * TICK_US, Number(fields[12]) * TICK_US]
}

function cpuTimeOf({ pid }: ChildProcess): CpuTime {
  const [userUs, systemUs] = timesOf(`/proc/${pid}/task/${pid}/stat`)
  const others = readdirSync(`/proc/${pid}/task`).filter((id) => id !== String(pid))
  const othersUs = others.flatMap((id) => timesOf(`/proc/${pid}/task/${id}/stat`)).reduce((sum, us) => sum + us, 0)
  return { userUs, systemUs, othersUs }
}

/** Measures a server that a child is. */
export function measuredChild(child: ChildProcess, port: number): MeasuredService {
  return {
    port,
    cpuUs: () => timesOf(`/proc/${child.pid}/stat`).reduce((sum, us) => sum + us),
    cpuTime: () => cpuTimeOf(child),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Starts a program of Node's that prints its address as a line of JSON. */
export async function startNode(args: readonly string[]): Promise<MeasuredService> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, PREPAINT_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines = createInterface(child.stdout)
  const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?]
  if (line === undefined) throw new Error('the server ended before it listened')
  return measuredChild(child, Number(new URL((JSON.parse(line) as { url: string }).url).port))
}

/** Starts the built service over a million profiles, as operators run it. `flags` are Node's, such as `--cpu-prof`. */
export function startMeasured(
  { catalogFile, dataDirectory }: DecideData,
  flags: readonly string[] = [],
): Promise<MeasuredService> {
  const ports = ['--port', '0', '--admin-port', '0']
  const options = ['--catalog', catalogFile, '--data', dataDirectory, ...ports, '--json', '--visitor-limit', '1000000']
  return startNode([...flags, PROGRAM, 'start', ...options])
}

/** Starts the bare server, which gives this answer to every question. */
export function startBare(answer: string, flags: readonly string[] = []): Promise<MeasuredService> {
  return startNode([...flags, '--conditions=source', BARE, answer])
}
