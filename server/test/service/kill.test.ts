import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import { readEvents } from '../support/read-events.ts'
import { CATALOG, PAGE, SENT_AT, startService, temporaryDirectory } from '../support/start-service.ts'

const FIXTURE = fileURLToPath(new URL('../support/kill-fixture.ts', import.meta.url))

/** Clients that send at the same time, so that the kill meets writes, syncs and group commits under way. */
const CLIENTS = 16
const BATCHES_BEFORE_KILL = 200

async function startChild(catalog: string, dataDirectory: string): Promise<{ child: ChildProcess; url: string }> {
  const args = ['--conditions=source', FIXTURE, catalog, dataDirectory]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [url] = (await once(createInterface(child.stdout as NodeJS.ReadableStream), 'line')) as [string]
  return { child, url }
}

async function post(url: string, body: unknown): Promise<{ token?: string; results?: string[] }> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  return (await response.json()) as { token?: string; results?: string[] }
}

/** Sends batches until the service is gone; tells each message that was acknowledged. */
async function send(url: string, client: number, onAcked: (messageId: string) => void): Promise<void> {
  const { token } = await post(`${url}/v1/decide`, { v: 1, site: 'agency', consent: 'granted', page: PAGE })
  for (let index = 0; ; index++) {
    const batch = [0, 1, 2].map((part) => ({
      type: 'track',
      event: 'Viewed',
      messageId: `${client}-${index}-${part}`,
      timestamp: SENT_AT,
      properties: { padding: 'x'.repeat((index * 37) % 900) },
    }))
    const body = { v: 1, site: 'agency', consent: 'granted', token, sentAt: SENT_AT, batch }
    const answer = await post(`${url}/v1/batch`, body).catch(() => undefined)
    if (!answer) return
    if (answer.results?.every((result) => result === 'accepted')) for (const { messageId } of batch) onAcked(messageId)
  }
}

test('after kill -9 under load every acknowledged event is in the log', { timeout: 30_000 }, async () => {
  const directory = await temporaryDirectory()
  const catalog = join(directory, 'catalog.yaml')
  const dataDirectory = join(directory, 'data')
  await writeFile(catalog, CATALOG)
  for (let round = 0; round < 3; round++) {
    const { child, url } = await startChild(catalog, dataDirectory)
    const acked = new Set<string>()
    const onAcked = (messageId: string): void => {
      acked.add(`${round}/${messageId}`)
      if (acked.size === BATCHES_BEFORE_KILL * 3) child.kill('SIGKILL')
    }
    const exited = once(child, 'exit')
    await Promise.all(Array.from({ length: CLIENTS }, (_, client) => send(url, round * CLIENTS + client, onAcked)))
    await exited
    const log = await openSegments({ directory: join(dataDirectory, 'log') })
    const found = new Set<string>()
    for (const { event } of await readEvents(log)) found.add(`${round}/${event.messageId}`)
    await log.close()
    expect(acked.size).toBeGreaterThanOrEqual(BATCHES_BEFORE_KILL * 3)
    expect([...acked].filter((messageId) => !found.has(messageId))).toEqual([])
  }
  const { service, decide } = await startService({ dataDirectory: directory })
  await service.caughtUp()
  expect((await decide()).status).toBe(200)
})
