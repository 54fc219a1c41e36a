import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DecideData } from './data.ts'
import { SECRET } from './visitors.ts'

const PROGRAM = fileURLToPath(new URL('../../server/bin/prepaint-server.mjs', import.meta.url))

/** Length of a tick of the kernel's clock, in µs (Linux, `getconf CLK_TCK`: 100 on every architecture in use). */
const TICK_US = 10_000

/** The built service in a process of its own, as operators run it. */
export interface MeasuredService {
  port: number
  /** Time that the process has had of all cores so far, in µs: all of its threads, and the kernel on its behalf. */
  cpuUs(): number
  close(): Promise<void>
}

function cpuUsOf({ pid }: ChildProcess): number {
  // proc_pid_stat(5): behind the name in brackets, fields 14 and 15 of all.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_US
}

/** Starts the service over a million profiles. `flags` are Node's, such as `--cpu-prof`. */
export async function startMeasured(
  { catalogFile, dataDirectory }: DecideData,
  flags: readonly string[] = [],
): Promise<MeasuredService> {
  const args = [
    'start',
    '--catalog',
    catalogFile,
    '--data',
    dataDirectory,
    '--port',
    '0',
    '--json',
    '--visitor-limit',
    '1000000',
  ]
  const child = spawn(process.execPath, [...flags, PROGRAM, ...args], {
    env: { ...process.env, PREPAINT_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    port: Number(new URL((JSON.parse(line) as { url: string }).url).port),
    cpuUs: () => cpuUsOf(child),
    async close() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
