import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DecideResponse } from 'prepaint/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { spotAt, stateTv, TV_CATALOG, TV_SECRET } from '../../../../lab/tv/site.ts'
import { openSupervisor } from '../../../src/service/workers/supervisor.ts'
import { readLive } from '../../support/live-stream.ts'
import { PAGE, temporaryDirectory } from '../../support/start-service.ts'

/** Longest start of three processes on a busy machine, in ms. */
const STARTED_MS = 60_000

async function startWorkers(): Promise<string> {
  const directory = await temporaryDirectory()
  const catalog = join(directory, 'catalog.yaml')
  await writeFile(catalog, TV_CATALOG)
  const supervisor = await openSupervisor(
    { catalogs: [catalog], dataDirectory: join(directory, 'data'), secret: TV_SECRET, port: 0, workers: 2, drainMs: 0 },
    { logStream: { write: () => undefined } },
  )
  onTestFinished(supervisor.close)
  const { url } = await supervisor.listen()
  const admin = supervisor.adminAddress?.url as string
  await expect.poll(async () => (await fetch(`${admin}/readyz`)).status, { timeout: STARTED_MS }).toBe(200)
  return url
}

test(
  'all workers hear of an airing within a second, and tell the same plan',
  async () => {
    const url = await startWorkers()
    // Each connection goes to the worker that has the fewest.
    const streams = [await readLive(`${url}/v1/live?site=flora`), await readLive(`${url}/v1/live?site=flora`)]
    await Promise.all(streams.map((stream) => stream.message(0)))
    const sinceMs = performance.now()
    expect(await stateTv(url, { statements: [spotAt(Date.now() - 10_000)] })).toBe(202)
    const [one, other] = await Promise.all(streams.map((stream) => stream.message(1)))
    expect(performance.now() - sinceMs).toBeLessThan(1_000)
    expect(one?.slots['hero']?.reason).toBe('match')
    expect(other?.plan.version).toBe(one?.plan.version)
    const body = JSON.stringify({ v: 1, site: 'flora', consent: 'denied', page: PAGE })
    const asked = await fetch(`${url}/v1/decide`, { method: 'POST', body, headers: { connection: 'close' } })
    expect(((await asked.json()) as DecideResponse).slots['hero']?.reason).toBe('match')
  },
  STARTED_MS * 2,
)
