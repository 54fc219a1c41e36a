import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFailed, onTestFinished, test } from 'vitest'
import { createConnection } from '../../server/src/loadtest/connection.ts'
import { openSegments } from '../../server/src/streams/file-log/segments.ts'
import { readEvents } from '../../server/test/support/read-events.ts'

const PROGRAM = fileURLToPath(new URL('../../server/bin/prepaint-server.mjs', import.meta.url))

/** Longest wait for a process to be replaced, in ms: on a busy machine its start takes seconds. */
const REPLACED_MS = 20_000

const catalogOf = (text: string): string => `site: agency
origins: [https://www.brand.example]
slots: { hero: {} }
audiences: { pro: { traits.plan: pro } }
experiences:
  - { id: pro, slot: hero, audience: pro, variants: [{ id: pro, do: [{ text: Pro }] }] }
  - { id: welcome, slot: hero, variants: [{ id: welcome, do: [{ text: ${text} }] }] }
`

interface Running {
  child: ChildProcess
  directory: string
  port: number
  adminUrl: string
  exited: Promise<unknown[]>
  /** Ends in order: the signal goes to all processes, as systemd and a terminal send it. */
  end(signal?: 'SIGTERM' | 'SIGINT'): Promise<unknown[]>
}

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true, maxRetries: 20 }))
  await writeFile(join(directory, 'catalog.yaml'), catalogOf('Welcome'))
  return directory
}

/** Starts the built program with two workers; `socket` is descriptor 3, as from systemd. */
async function start(directory: string, options: { args?: readonly string[]; socket?: Readable } = {}): Promise<Running> {
  const { args = [], socket } = options
  const command = ['start', '--catalog', join(directory, 'catalog.yaml'), '--data', join(directory, 'data')]
  const given = ['--workers', '2', '--port', '0', '--admin-port', '0', '--json', ...args]
  const shell = socket ? 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@"' : 'exec "$0" "$@"'
  const child = spawn('sh', ['-c', shell, process.execPath, PROGRAM, ...command, ...given], {
    env: { PATH: process.env['PATH'], PREPAINT_DRAIN_MS: '1000' },
    stdio: ['ignore', 'pipe', 'pipe', ...(socket ? [socket] : [])],
    detached: true,
  })
  let log = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text))
  onTestFailed(() => void process.stderr.write(log))
  const exited = once(child, 'exit')
  const signalAll = (signal: NodeJS.Signals): void => void process.kill(-(child.pid as number), signal)
  onTestFinished(() => {
    try {
      signalAll('SIGKILL')
    } catch {
      // All of them have ended.
    }
  })
  const lines = createInterface(child.stdout as Readable)
  const [line] = (await Promise.race([once(lines, 'line'), exited.then(() => ['{}'])])) as [string]
  const { url = 'http://none', adminUrl = '' } = JSON.parse(line) as { url?: string; adminUrl?: string }
  return {
    child,
    directory,
    port: Number(new URL(url).port),
    adminUrl,
    exited,
    async end(signal = 'SIGTERM') {
      signalAll(signal)
      return exited
    },
  }
}

/** Ids of a service's processes by their names: `owner`, `worker-1`, … */
async function processesOf({ child }: Running): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const [status, command] = await Promise.all(
      ['status', 'cmdline'].map((file) => readFile(join('/proc', name, file), 'utf8').catch(() => '')),
    )
    if (new RegExp(`^PPid:\\t${child.pid}$`, 'm').test(status ?? ''))
      found.set(/^prepaint-server (\S+)/.exec((command ?? '').replaceAll('\0', ' '))?.[1] ?? 'spare', Number(name))
  }
  return found
}

/** Resolves when something holds. */
async function until(holds: () => Promise<boolean>, withinMs = REPLACED_MS): Promise<number> {
  const beganMs = performance.now()
  while (!(await holds().catch(() => false))) {
    if (performance.now() > beganMs + withinMs) throw new Error('it does not come to hold')
    await wait(10)
  }
  return performance.now() - beganMs
}

const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/readyz`)).status === 200

async function kill(running: Running, name: string): Promise<void> {
  const pid = (await processesOf(running)).get(name) as number
  process.kill(pid, 'SIGKILL')
  await until(async () => (await processesOf(running)).get(name) !== pid)
}

function requestOf(path: string, body: object): string {
  const text = JSON.stringify(body)
  return `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`
}

const QUESTION = { v: 1, site: 'agency', consent: 'granted', page: { path: '/', campaign: '', referrer: '' } }
const decide = (more: object = {}): string => requestOf('/v1/decide', { ...QUESTION, ...more })

const batch = (token: string, messageId: string, event: object): string =>
  requestOf('/v1/batch', {
    ...{ v: 1, site: 'agency', consent: 'granted', token, sentAt: new Date().toISOString() },
    batch: [{ type: 'track', event: 'Viewed', messageId, timestamp: new Date().toISOString(), ...event }],
  })

/** Kept-alive connections that have asked once. */
async function connections(port: number, count: number): Promise<ReturnType<typeof createConnection>[]> {
  const made = Array.from({ length: count }, () => createConnection(port))
  onTestFinished(() => made.forEach((connection) => connection.close()))
  for (const { status } of await Promise.all(made.map((connection) => connection.send(decide())))) expect(status).toBe(200)
  return made
}

/** Asks on a connection; resolves with what is heard first. */
async function askAgain(socket: net.Socket): Promise<string> {
  socket.write(decide())
  return String((await once(socket, 'data'))[0])
}

/** A connection on which one question has been answered. */
async function ask(port: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1' }).on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  expect(await askAgain(socket)).toContain('HTTP/1.1 200')
  return socket
}

async function metric(adminUrl: string, name: string): Promise<number> {
  const page = await (await fetch(`${adminUrl}/metrics`)).text()
  const lines = page.split('\n').filter((line) => line.startsWith(name))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

// A service for each: how many connections a worker has, the supervisor hears 20 ms later, and on a busy machine later still.
test.each([8, 32])('of %i kept-alive connections each worker has half, and the end of one costs these alone', { timeout: 60_000 }, async (count) => {
  const running = await start(await makeDirectory())
  const { port, adminUrl } = running
  await until(() => isReady(adminUrl))
  const sockets = await Promise.all(Array.from({ length: count }, () => ask(port)))
  const before = await metric(adminUrl, 'prepaint_requests_total{route="/v1/decide"')
  await kill(running, 'worker-1')
  await until(async () => sockets.filter(({ destroyed }) => destroyed).length === count / 2)
  const left = sockets.filter(({ destroyed }) => !destroyed)
  for (const answer of await Promise.all(left.map(askAgain))) expect(answer).toContain('HTTP/1.1 200')
  await until(() => isReady(adminUrl))
  expect(await metric(adminUrl, 'prepaint_requests_total{route="/v1/decide"')).toBeGreaterThanOrEqual(before + count / 2)
  // The connections of a process that was killed end before the supervisor hears of its end.
  await until(async () => (await metric(adminUrl, 'prepaint_replaced_total{role="worker"')) === 1)
  await until(async () => (await metric(adminUrl, 'prepaint_processes ')) === 3)
  expect(await running.end('SIGINT')).toEqual([0, null])
  expect((await readdir(join(running.directory, 'data'))).filter((name) => name.startsWith('sockets-'))).toEqual([])
})

test('while the owner is replaced decisions go on, events get 503, and what is acknowledged is there once', { timeout: 120_000 }, async () => {
  const running = await start(await makeDirectory(), { args: ['--visitor-limit', '1000000'] })
  const { port, adminUrl, directory } = running
  await until(() => isReady(adminUrl))
  const [asking, sending] = (await connections(port, 2)) as [ReturnType<typeof createConnection>, ReturnType<typeof createConnection>]
  const { token } = JSON.parse((await sending.send(decide())).body) as { token: string }
  const acknowledged: string[] = []
  const decided: number[] = []
  const sent: number[] = []
  let isOver = false
  const deciding = (async () => {
    while (!isOver) decided.push((await asking.send(decide())).status)
  })()
  const writing = (async () => {
    for (let number = 0; !isOver; number++) {
      const { status } = await sending.send(batch(token, `m-${number}`, {}))
      sent.push(status)
      if (status === 200) acknowledged.push(`m-${number}`)
    }
  })()
  for (let kills = 0; kills < 2; kills++) {
    const count = acknowledged.length
    await until(async () => acknowledged.length > count + 20)
    await kill(running, 'owner')
    const known = acknowledged.length
    await until(async () => acknowledged.length > known)
    await until(() => isReady(adminUrl))
  }
  isOver = true
  await Promise.all([deciding, writing])
  expect(decided.filter((status) => status !== 200)).toEqual([])
  expect([...new Set(sent)].sort()).toEqual([200, 503])
  expect(await running.end()).toEqual([0, null])
  const log = await openSegments({ directory: join(directory, 'data', 'log') })
  const found = (await readEvents(log)).map(({ event }) => event.messageId)
  await log.close()
  expect(acknowledged.filter((messageId) => !found.includes(messageId))).toEqual([])
  expect(acknowledged.length).toBe(new Set(found.filter((messageId) => acknowledged.includes(messageId))).size)
})

test('assignments that workers take in are in the report of the owner', { timeout: 60_000 }, async () => {
  const { port, adminUrl } = await start(await makeDirectory())
  await until(() => isReady(adminUrl))
  const [first] = await connections(port, 1)
  const { token, catalog } = JSON.parse((await first?.send(decide()))?.body ?? '') as { token: string; catalog: string }
  const properties = { experience: 'welcome', variant: 'welcome', outcome: 'shown', catalog }
  const report = async (): Promise<string> => (await fetch(`${adminUrl}/v1/report?site=agency`)).text()
  expect((await first?.send(batch(token, 'm-1', { event: 'pp:assigned', properties })))?.status).toBe(200)
  await until(async () => (await report()).includes('"assigned":1'))
})

test('a feature that the catalogs of workers declare is in the decisions of all of them', { timeout: 120_000 }, async () => {
  const directory = await makeDirectory()
  await writeFile(
    join(directory, 'catalog.yaml'),
    catalogOf('Welcome')
      .replace('audiences: {', 'audiences: { buyer: { $did: { event: Order Completed, within: 7d } },')
      .replace('audience: pro', 'audience: buyer'),
  )
  const running = await start(directory)
  await until(() => isReady(running.adminUrl))
  const asking = await connections(running.port, 8)
  const [first] = asking as [ReturnType<typeof createConnection>]
  const { token } = JSON.parse((await first.send(decide())).body) as { token: string }
  const contents = async (): Promise<string[]> =>
    Promise.all(asking.map(async (connection) => (await connection.send(decide({ token }))).body))
  expect((await contents()).every((body) => body.includes('Welcome'))).toBe(true)
  await first.send(batch(token, 'm-1', { event: 'Order Completed' }))
  await until(async () => (await contents()).every((body) => body.includes('"Pro"')))
  expect(await running.end()).toEqual([0, null])
})

test('an event that one worker has taken is known to the decisions of both, and so is a changed catalog', { timeout: 120_000 }, async () => {
  const running = await start(await makeDirectory())
  await until(() => isReady(running.adminUrl))
  const asking = await connections(running.port, 8)
  const [first] = asking as [ReturnType<typeof createConnection>]
  const { token } = JSON.parse((await first.send(decide())).body) as { token: string }
  const contents = async (more: object): Promise<string[]> =>
    Promise.all(asking.map(async (connection) => (await connection.send(decide(more))).body))
  expect((await contents({ token })).every((body) => body.includes('Welcome'))).toBe(true)
  expect((await first.send(batch(token, 'm-1', { type: 'identify', event: undefined, traits: { plan: 'pro' } }))).status).toBe(200)
  await until(async () => (await contents({ token })).every((body) => body.includes('"Pro"')))
  await writeFile(join(running.directory, 'catalog.yaml'), catalogOf('Hello'))
  await until(async () => (await contents({})).every((body) => body.includes('Hello')))
  await writeFile(join(running.directory, 'catalog.yaml'), 'site: [')
  await writeFile(join(running.directory, 'catalog.yaml'), catalogOf('Servus'))
  await until(async () => (await contents({})).every((body) => body.includes('Servus')))
  expect(await running.end()).toEqual([0, null])
})

test('when the supervisor is killed its processes end, and the service that comes next has all events', { timeout: 120_000 }, async () => {
  const directory = await makeDirectory()
  const first = await start(directory)
  await until(() => isReady(first.adminUrl))
  const [asking] = (await connections(first.port, 1)) as [ReturnType<typeof createConnection>]
  const { token } = JSON.parse((await asking.send(decide())).body) as { token: string }
  const sent = await asking.send(batch(token, 'm-1', { type: 'identify', event: undefined, traits: { plan: 'pro' } }))
  expect(sent.status).toBe(200)
  const ids = [...(await processesOf(first)).values()]
  expect(ids.length).toBeGreaterThanOrEqual(3)
  first.child.kill('SIGKILL')
  await until(async () => (await Promise.all(ids.map((id) => readFile(`/proc/${id}/stat`, 'utf8').catch(() => undefined)))).every((stat) => stat === undefined))
  const next = await start(directory)
  await until(() => isReady(next.adminUrl))
  const [again] = (await connections(next.port, 1)) as [ReturnType<typeof createConnection>]
  expect((await again.send(decide({ token }))).body).toContain('"Pro"')
  expect(await next.end()).toEqual([0, null])
})

test('a visitor who has used up the limit at one worker is refused by the other, too', { timeout: 60_000 }, async () => {
  const running = await start(await makeDirectory(), { args: ['--visitor-limit', '60'] })
  await until(() => isReady(running.adminUrl))
  // One after the other: each goes to the worker that has fewer.
  const [[first], [other]] = [await connections(running.port, 1), await connections(running.port, 1)]
  const { token } = JSON.parse((await first?.send(decide()))?.body ?? '') as { token: string }
  const ask = async (connection = first): Promise<number> => (await connection?.send(decide({ token })))?.status ?? 0
  // On a busy machine it takes long enough for some to be given back.
  let asked = 0
  while ((await ask()) === 200) asked++
  expect(asked).toBeGreaterThanOrEqual(59)
  let passed = 0
  await until(async () => {
    const status = await ask(other)
    if (status === 200) passed++
    return status === 429
  })
  expect(passed).toBeLessThan(40)
  expect(await running.end()).toEqual([0, null])
})

test('a catalog that cannot be used, and a directory that another service has, end it with 2', { timeout: 60_000 }, async () => {
  const directory = await makeDirectory()
  const running = await start(directory)
  expect(await (await start(directory)).exited).toEqual([2, null])
  expect(await running.end()).toEqual([0, null])
  await writeFile(join(directory, 'catalog.yaml'), 'site: [')
  expect(await (await start(directory)).exited).toEqual([2, null])
})

/**
 * Node's own binding of ports, which its cluster uses before it hands them to its workers; nothing public binds without
 * accepting.
 */
interface BoundHandle {
  getsockname(out: { port?: number }): number
  close(): void
}

test('restarts under load fail no decision', { timeout: 180_000 }, async () => {
  const directory = await makeDirectory()
  const { _createServerHandle } = net as unknown as { _createServerHandle(address: string, port: number, type: 4): BoundHandle }
  const handle = _createServerHandle('127.0.0.1', 0, 4)
  onTestFinished(() => handle.close())
  const name: { port?: number } = {}
  handle.getsockname(name)
  const options = { socket: handle as unknown as Readable, args: ['--takeover', '30000'] }
  let serving = await start(directory, options)
  let isOver = false
  const asking = Array.from({ length: 6 }, async () => {
    const connection = createConnection(name.port as number)
    const statuses: number[] = []
    while (!isOver) {
      statuses.push((await connection.send(decide())).status)
      await wait(4)
    }
    connection.close()
    return statuses
  })
  for (let count = 0; count < 3; count++) {
    const next = start(directory, options)
    expect(await serving.end()).toEqual([0, null])
    serving = await next
  }
  isOver = true
  const statuses = (await Promise.all(asking)).flat()
  expect(statuses.filter((status) => status !== 200)).toEqual([])
  expect(statuses.length).toBeGreaterThan(30)
  expect(await serving.end()).toEqual([0, null])
})
