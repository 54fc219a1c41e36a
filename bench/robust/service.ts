import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { catalogText } from '../../server/src/loadtest/site.ts'

const PROGRAM = fileURLToPath(new URL('../../server/bin/prepaint-server.mjs', import.meta.url))

/** Name of the site that is attacked. */
export const SITE = 'bench'

/** The built service at default settings, over empty data of its own. */
export interface AttackedService {
  port: number
  child: ChildProcess
  catalogFile: string
  /** The most memory that the process has had so far, in MiB. */
  peakRssMb(): Promise<number>
  close(): Promise<void>
}

async function peakRssMb({ pid }: ChildProcess): Promise<number> {
  // proc_pid_status(5): the high water mark of the resident set, in kB.
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1_024
}

/** Options that it is started with. */
export interface AttackedOptions {
  /** Text of its catalog. Default: the load test's. */
  catalog?: string
  /** Modules that its process loads first; they talk to it by messages. */
  imports?: readonly string[]
  /** Variables of its environment. */
  env?: { [name: string]: string }
}

/** Starts it as an operator would. */
export async function startAttacked({
  catalog = catalogText(SITE),
  imports = [],
  env = {},
}: AttackedOptions = {}): Promise<AttackedService> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-robust-'))
  const catalogFile = join(directory, 'catalog.yaml')
  await writeFile(catalogFile, catalog)
  const args = ['start', '--catalog', catalogFile, '--data', join(directory, 'data'), '--port', '0', '--json']
  const loaded = imports.flatMap((url) => ['--import', url])
  const child = spawn(process.execPath, [...loaded, PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    env: { ...process.env, ...env },
  })
  const [line] = (await once(createInterface(child.stdout as Readable), 'line')) as [string]
  return {
    port: Number(new URL((JSON.parse(line) as { url: string }).url).port),
    child,
    catalogFile,
    peakRssMb: () => peakRssMb(child),
    async close() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      await rm(directory, { recursive: true })
    },
  }
}
