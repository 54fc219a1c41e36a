import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { load } from '../../../lab/load/load.ts'
import { CATALOG, PAGE, temporaryDirectory } from '../support/start-service.ts'

const FIXTURE = fileURLToPath(new URL('../support/cli-fixture.ts', import.meta.url))

const common = { v: 1, site: 'agency', consent: 'granted' }

function httpRequest(path: string, body: object): string {
  const text = JSON.stringify({ ...common, ...body })
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`
}

async function startLimitless(): Promise<{ url: string; adminUrl: string }> {
  const directory = await temporaryDirectory()
  const catalog = join(directory, 'catalog.yaml')
  await writeFile(catalog, CATALOG)
  const options = [
    '--catalog',
    catalog,
    '--data',
    join(directory, 'data'),
    '--port',
    '0',
    '--visitor-limit',
    '1e9',
    '--json',
  ]
  const child = spawn(process.execPath, ['--conditions=source', FIXTURE, 'start', ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return JSON.parse(line) as { url: string; adminUrl: string }
}

/** Batches of 20 events, as the tag sends them; no message twice. */
function batches(token: string, count: number): string[] {
  const timestamp = new Date().toISOString()
  return Array.from({ length: count }, (_none, batch) =>
    httpRequest('/v1/batch', {
      token,
      sentAt: timestamp,
      batch: Array.from({ length: 20 }, (_one, index) => ({
        type: 'track',
        event: `Viewed ${index}`,
        messageId: `${batch}-${index}`,
        timestamp,
        properties: { padding: 'x'.repeat(100) },
      })),
    }),
  )
}

/** The sum of all values of a metric whose labels hold `part`. */
function sum(metrics: string, name: string, part = ''): number {
  const lines = metrics.split('\n').filter((line) => line.startsWith(name) && line.includes(part))
  return lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0)
}

test(
  'at three times the events it can take, the service refuses events and no decision',
  { timeout: 60_000 },
  async () => {
    const { url, adminUrl } = await startLimitless()
    const port = Number(new URL(url).port)
    const question = { page: PAGE }
    const first = await fetch(`${url}/v1/decide`, { method: 'POST', body: JSON.stringify({ ...common, ...question }) })
    const { token } = (await first.json()) as { token: string }
    const asking = { port, requests: [httpRequest('/v1/decide', { ...question, token })], warmUpMs: 0 }
    const events = { port, requests: batches(token, 4_000), warmUpMs: 0 }

    // As fast as 32 clients are acknowledged: what it can take.
    const capacity = await load({ ...events, connections: 32, measureMs: 2_000 })
    const takenPerS = (capacity.statuses['200'] ?? 0) / 2
    expect(takenPerS).toBeGreaterThan(0)
    const [flood, decisions] = await Promise.all([
      load({ ...events, connections: 256, ratePerS: takenPerS * 3, measureMs: 5_000 }),
      load({ ...asking, connections: 16, ratePerS: 100, measureMs: 5_000 }),
    ])

    expect(decisions.statuses).toEqual({ 200: 500 })
    expect(decisions.unanswered).toBe(0)
    expect(Object.keys(flood.statuses)).toEqual(['200', '429'])
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text()
    expect(sum(metrics, 'prepaint_slot_decisions_total', 'tier="live"')).toBe(
      sum(metrics, 'prepaint_slot_decisions_total'),
    )
    // A stalled machine refuses some while its capacity is measured, and the last refusals find nobody listening any more.
    const heard = (capacity.statuses['429'] ?? 0) + (flood.statuses['429'] ?? 0)
    expect(sum(metrics, 'prepaint_refused_total', 'cause="overload"')).toBeGreaterThanOrEqual(heard)
    // As long as a page waits for it; how much of it the service needs is a matter of the machine.
    const decided = 'prepaint_request_seconds'
    expect(sum(metrics, `${decided}_bucket`, 'le="0.2",route="/v1/decide"')).toBe(
      sum(metrics, `${decided}_count`, '"/v1/decide"'),
    )
  },
)
