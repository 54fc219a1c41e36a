import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createConnection } from '../../server/src/loadtest/connection.ts'

const PROGRAM = fileURLToPath(new URL('../../server/bin/prepaint-server.mjs', import.meta.url))
const RESTARTS = 50
const CONNECTIONS = 6

const CATALOG = `site: agency
origins: [https://www.brand.example]
slots: { hero: {} }
experiences: [{ id: welcome, slot: hero, variants: [{ id: welcome, do: [{ text: Welcome }] }] }]
`

/**
 * Node's own binding of ports, which its cluster uses before it hands them to its workers; nothing public binds without
 * accepting.
 */
interface BoundHandle {
  getsockname(out: { port?: number }): number
  close(): void
}

/** A socket that nobody accepts from yet, as systemd holds one for a service. */
function holdSocket(): { handle: BoundHandle; port: number } {
  const { _createServerHandle } = net as unknown as { _createServerHandle(address: string, port: number, type: 4): BoundHandle }
  const handle = _createServerHandle('127.0.0.1', 0, 4)
  const name: { port?: number } = {}
  handle.getsockname(name)
  return { handle, port: name.port as number }
}

interface Generation {
  child: ChildProcess
  /** It waits for the one before it. */
  waits: Promise<unknown>
  /** It answers. */
  listens: Promise<unknown>
  exited: Promise<unknown[]>
}

function lineWith(stream: Readable, part: string): Promise<string> {
  return new Promise((resolve) => createInterface(stream).on('line', (line) => line.includes(part) && resolve(line)))
}

/** Starts the program as systemd does: the socket is descriptor 3, and the environment says for which process. */
function start(handle: BoundHandle, directory: string): Generation {
  const command = ['start', '--catalog', join(directory, 'catalog.yaml'), '--data', join(directory, 'data'), '--takeover', '20000']
  const child = spawn('sh', ['-c', 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@"', process.execPath, PROGRAM, ...command, '--admin-port', '0'], {
    env: { PATH: process.env['PATH'], PREPAINT_DRAIN_MS: '50' },
    stdio: ['ignore', 'pipe', 'pipe', handle as unknown as Readable],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [, stdout, stderr] = child.stdio as unknown as [null, Readable, Readable]
  return {
    child,
    waits: lineWith(stdout, 'waiting for the service'),
    listens: lineWith(stderr, 'listens at'),
    exited: once(child, 'exit'),
  }
}

/** A page view after the other on one kept-alive connection, none tried twice; resolves with the answers' statuses. */
async function ask(port: number, isOver: () => boolean): Promise<number[]> {
  const body = JSON.stringify({ v: 1, site: 'agency', consent: 'granted', page: { path: '/', campaign: '', referrer: '' } })
  const request = `POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const connection = createConnection(port)
  const statuses: number[] = []
  while (!isOver()) {
    statuses.push((await connection.send(request)).status)
    await new Promise((resolve) => setTimeout(resolve, 4))
  }
  connection.close()
  return statuses
}

test(`${RESTARTS} restarts under load fail no decision`, { timeout: 300_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await writeFile(join(directory, 'catalog.yaml'), CATALOG)
  const { handle, port } = holdSocket()
  onTestFinished(() => handle.close())
  let serving = start(handle, directory)
  await serving.listens
  let isOver = false
  const asking = Array.from({ length: CONNECTIONS }, () => ask(port, () => isOver))
  for (let count = 0; count < RESTARTS; count++) {
    const next = start(handle, directory)
    await next.waits
    serving.child.kill('SIGTERM')
    expect(await serving.exited).toEqual([0, null])
    await next.listens
    serving = next
  }
  isOver = true
  const statuses = (await Promise.all(asking)).flat()
  expect(statuses.length).toBeGreaterThan(RESTARTS * CONNECTIONS)
  expect(statuses.filter((status) => status !== 200)).toEqual([])
  serving.child.kill('SIGTERM')
  expect(await serving.exited).toEqual([0, null])
})
