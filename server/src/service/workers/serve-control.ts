import { rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import type { WrittenProfile } from '../../decide/read/assumed.ts'
import type { SiteDeclarations } from '../reload-catalogs.ts'
import { type ControlState, hearMessages, lineOf, type WorkerMessage, type WrittenRow } from './control.ts'

/** Interval at which the owner looks whether its state has changed, in ms. */
const LOOK_EVERY_MS = 20

/** Bytes that a worker may leave unread; beyond them it has stopped, and starts anew when it goes on. */
const MAX_UNREAD_BYTES = 16_777_216

/** A version of a catalog that a worker can use. */
interface Usable {
  version: string
  site: SiteDeclarations
}

/** The owner's end. */
export interface ControlServer {
  /** Notes a profile that has been written; workers are told in the same turn of the event loop. */
  written(site: string, id: string, profile: WrittenProfile | undefined): void
  /** Tells that the definitions of features have changed. */
  redefined(): void
  /** Resolves when no worker is there. */
  left(): Promise<void>
  close(): Promise<void>
}

/** Options of the owner's end. */
export interface ControlServerOptions {
  path: string
  state(): ControlState
  /** Called when all workers can use a version of a catalog, with what it declares. */
  onAgreed(site: SiteDeclarations): void
  /** Called when a worker has gone, however it ended. */
  onLeft(): void
}

/** Begins to tell workers. */
export async function serveControl({ path, state, onAgreed, onLeft }: ControlServerOptions): Promise<ControlServer> {
  /** Each with the version of each file that it can use. */
  const workers = new Map<Socket, Map<string, Usable>>()
  let rows: WrittenRow[] = []
  let told = ''
  let leftListeners: (() => void)[] = []

  function send(line: string, to: Iterable<Socket> = workers.keys()): void {
    for (const worker of to) {
      if (worker.writableLength > MAX_UNREAD_BYTES) worker.destroy()
      else worker.write(line)
    }
  }

  const stateLine = (): string => lineOf({ type: 'state', ...state() })

  function tellState(): void {
    const line = stateLine()
    if (line === told) return
    told = line
    send(line)
  }

  function flush(): void {
    const profiles = rows
    rows = []
    if (workers.size > 0) send(lineOf({ type: 'written', profiles }))
  }

  /** Says that a version is to be used once all workers can. */
  function agree(file: string): void {
    const [first, ...others] = [...workers.values()].map((usable) => usable.get(file))
    if (!first || !others.every((other) => other?.version === first.version)) return
    send(lineOf({ type: 'use', file, version: first.version }))
    onAgreed(first.site)
  }

  function hear(worker: Socket, message: WorkerMessage): void {
    if (message.type === 'can-use') {
      const { version, site } = message
      workers.get(worker)?.set(message.file, { version, site })
      agree(message.file)
    } else {
      send(
        lineOf(message),
        [...workers.keys()].filter((other) => other !== worker),
      )
    }
  }

  const server = createServer((worker) => {
    workers.set(worker, new Map())
    hearMessages<WorkerMessage>(worker, (message) => hear(worker, message))
    worker.once('close', () => {
      const versions = workers.get(worker)
      workers.delete(worker)
      onLeft()
      for (const file of versions?.keys() ?? []) agree(file)
      if (workers.size > 0) return
      for (const listener of leftListeners) listener()
      leftListeners = []
    })
    send(stateLine(), [worker])
  })
  // One that was killed leaves its name behind.
  await rm(path, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  const timer = setInterval(tellState, LOOK_EVERY_MS).unref()
  return {
    written(site, id, profile) {
      rows.push([site, id, profile?.link?.untilMs ?? null])
      if (rows.length === 1) setImmediate(flush)
    },
    redefined: () => send(lineOf({ type: 'definitions' })),
    left: () => new Promise((resolve) => (workers.size === 0 ? resolve() : leftListeners.push(resolve))),
    async close() {
      clearInterval(timer)
      for (const worker of workers.keys()) worker.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
