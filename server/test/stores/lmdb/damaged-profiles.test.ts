import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { runCommand } from '../../support/run-command.ts'
import { EVENTS, startService, temporaryDirectory } from '../../support/start-service.ts'

/** Runs a fixture in a process of its own; resolves with how it ended, and what it printed. */
async function runFixture(name: string, args: readonly string[]): Promise<{ end: unknown[]; lines: string[] }> {
  const file = fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [printed, end] = await Promise.all([text(child.stdout), once(child, 'exit')])
  return { end: end as unknown[], lines: printed.trimEnd().split('\n') }
}

/** Damages a file system hands out: cut, halved, zeroed, flipped, and what is no database at all. */
const FLIPS = 300

test(
  'whatever happens to the file, the process lives and profiles are what the log says',
  { timeout: 240_000 },
  async () => {
    const seed = Number(process.env['PREPAINT_SEED'] ?? Math.floor(Math.random() * 1_000_000))
    const { end, lines } = await runFixture('damage-fixture.ts', [await temporaryDirectory(), `${seed}`, `${FLIPS}`])
    const last = lines.at(-1) ?? ''
    expect({ seed, last, end }).toEqual({ seed, last, end: [0, null] })
    const { tried, noticed, wrong } = JSON.parse(last) as { tried: number; noticed: number; wrong: string[] }
    expect({ seed, wrong }).toEqual({ seed, wrong: [] })
    expect(tried).toBe(FLIPS + 32)
    expect(noticed).toBeGreaterThan(60)
  },
)

test.each([4, 5])(
  'no bit of what a file of %s transactions begins with ends the process',
  { timeout: 120_000 },
  async (transactions) => {
    const { end, lines } = await runFixture('damaged-meta-fixture.ts', [
      join(await temporaryDirectory(), 'profiles'),
      `${transactions}`,
    ])
    const last = lines.at(-1) ?? ''
    expect({ last, end }).toEqual({ last, end: [0, null] })
    const { tried, noticed, wrong } = JSON.parse(last) as { tried: number; noticed: number; wrong: string[] }
    expect({ tried, wrong }).toEqual({ tried: 456, wrong: [] })
    expect(noticed).toBeGreaterThan(200)
  },
)

test.each(['cut', 'halved', 'empty'])(
  'a service whose profiles were %s starts, tells, decides and folds anew',
  async (kind) => {
    const directory = await temporaryDirectory()
    const { service, decide, batch, catalogFile, dataDirectory } = await startService({ dataDirectory: directory })
    const { token } = (await decide()).body as { token: string }
    await batch(token, [EVENTS.order])
    await service.caughtUp()
    await service.close()
    const file = join(dataDirectory, 'profiles', 'data.mdb')
    const { length } = await readFile(file)
    await truncate(file, { cut: length - 4_096, halved: length / 2, empty: 0 }[kind])
    const visitor = token.split('.')[0] as string
    const { end, lines } = await runFixture('damaged-profiles-fixture.ts', [catalogFile, dataDirectory, visitor])
    expect(end).toEqual([0, null])
    const { status, told, profiles } = JSON.parse(lines.at(-1) ?? '') as {
      status: number
      told: string[]
      profiles: unknown[]
    }
    expect(status).toBe(200)
    expect(told.join()).toMatch(
      /the profiles are damaged \(.*kept as .*data\.mdb\.damaged-20.*folded anew from the log/,
    )
    expect(profiles).toMatchObject([{ events: { 'Order Completed': 1 } }])
    expect((await readdir(join(dataDirectory, 'profiles'))).filter((name) => name.includes('damaged'))).toHaveLength(1)
  },
)

test('commands that read profiles say that they are damaged, and what to do', async () => {
  const directory = await temporaryDirectory()
  const { service, catalogFile, dataDirectory } = await startService({ dataDirectory: directory })
  await service.close()
  const file = join(dataDirectory, 'profiles', 'data.mdb')
  await truncate(file, 4_096)
  const explain = await runCommand([
    'explain',
    '--user',
    'u1',
    '--catalog',
    catalogFile,
    '--data',
    dataDirectory,
    '--url',
    'https://a.example/',
  ])
  expect(explain).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/profiles in .* are damaged .*start the service/) as string,
  })
  const to = join(directory, 'other')
  const copied = await runCommand(['profiles', 'copy', '--from', dataDirectory, '--to', to])
  expect(copied).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/profiles in .* are damaged .*start the service/) as string,
  })
})
