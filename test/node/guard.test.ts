import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const FIXTURE = fileURLToPath(new URL('guard-fixture.mjs', import.meta.url))

/** Longest time for all of them to end on a busy machine, in ms; 2.5 s on an idle one, as one of them is deaf. */
const GONE_MS = 30_000

function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false // It ends while one looks.
  }
}

/** A run that has started its processes; what is left of it at the end of the test is ended, by id. */
async function start(command: string, args: string[], cwd?: string): Promise<{ run: ChildProcess; pids: number[] }> {
  const run = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...(cwd === undefined ? {} : { cwd }) })
  const [line] = (await once(createInterface(run.stdout), 'line')) as [string]
  const pids = JSON.parse(line) as number[]
  onTestFinished(() => {
    for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL')
  })
  expect(pids.map(isRunning)).toEqual(pids.map(() => true))
  expect(pids).toHaveLength(7)
  return { run, pids }
}

test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
  'whatever a run has started ends when %s ends the run',
  async (signal) => {
    const { run, pids } = await start(process.execPath, [FIXTURE])
    run.kill(signal)
    await expect.poll(() => pids.filter(isRunning), { timeout: GONE_MS }).toEqual([])
  },
  60_000,
)

test('whatever a run has started ends when the npm that runs it is killed', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'prepaint-guard-'))
  onTestFinished(() => rm(cwd, { recursive: true, force: true }))
  await writeFile(
    join(cwd, 'package.json'),
    JSON.stringify({ scripts: { begin: `"${process.execPath}" "${FIXTURE}"` } }),
  )
  const { run, pids } = await start('npm', ['run', '--silent', 'begin'], cwd)
  run.kill('SIGKILL')
  await expect.poll(() => pids.filter(isRunning), { timeout: GONE_MS }).toEqual([])
}, 60_000)

test('a run leaves alone what another run has started', async () => {
  const [one, other] = [await start(process.execPath, [FIXTURE]), await start(process.execPath, [FIXTURE])]
  one.run.kill('SIGKILL')
  await expect.poll(() => one.pids.filter(isRunning), { timeout: GONE_MS }).toEqual([])
  expect(other.pids.filter(isRunning)).toEqual(other.pids)
  other.run.kill('SIGKILL')
  await expect.poll(() => other.pids.filter(isRunning), { timeout: GONE_MS }).toEqual([])
}, 90_000)
