import { rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { WrittenProfile } from '../../decide/read/assumed.ts'
import type { OwnerState } from '../../forwarding/follow.ts'

/** Message of the owner of the log to its workers, one JSON a line. */
type ControlMessage =
  | ({ type: 'state' } & ControlState)
  /** Profiles that have been written, each with the end of its link. */
  | { type: 'written'; profiles: readonly WrittenRow[] }

/** State of the owner. */
interface ControlState {
  isBehind: boolean
  isFenced: boolean
  /** Tells the file of profiles from one that takes its place. */
  storeId: number
}

type WrittenRow = readonly [site: string, id: string, linkUntilMs: number | null]

/** Interval at which the owner looks whether its state has changed, in ms. */
const LOOK_EVERY_MS = 20

/** Pause between two tries to reach the owner, in ms. */
const RETRY_AFTER_MS = 10

/** Bytes that a worker may leave unread; beyond them it has stopped, and starts anew when it goes on. */
const MAX_UNREAD_BYTES = 16_777_216

/** The owner's end. */
export interface ControlServer {
  /** Notes a profile that has been written; workers are told in the same turn of the event loop. */
  written(site: string, id: string, profile: WrittenProfile | undefined): void
  /** Resolves when no worker is there. */
  left(): Promise<void>
  close(): Promise<void>
}

/** Options of the owner's end. */
export interface ControlServerOptions {
  path: string
  state(): ControlState
  /** Called when a worker has gone, however it ended. */
  onLeft(): void
}

/** Begins to tell workers. */
export async function serveControl({ path, state, onLeft }: ControlServerOptions): Promise<ControlServer> {
  const workers = new Set<Socket>()
  let rows: WrittenRow[] = []
  let told = ''
  let leftListeners: (() => void)[] = []

  function send(line: string, to: Iterable<Socket> = workers): void {
    for (const worker of to) {
      if (worker.writableLength > MAX_UNREAD_BYTES) worker.destroy()
      else worker.write(line)
    }
  }

  const lineOf = (message: ControlMessage): string => `${JSON.stringify(message)}\n`
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

  const server = createServer((worker) => {
    workers.add(worker)
    worker.on('error', () => worker.destroy())
    worker.resume()
    worker.once('close', () => {
      workers.delete(worker)
      onLeft()
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
    left: () => new Promise((resolve) => (workers.size === 0 ? resolve() : leftListeners.push(resolve))),
    async close() {
      clearInterval(timer)
      for (const worker of workers) worker.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A worker's end. */
export interface Control extends OwnerState {
  /** Resolves when the owner has told its state for the first time. */
  known: Promise<void>
  close(): void
}

/** Options of a worker's end. */
export interface ControlOptions {
  path: string
  onWritten(site: string, id: string, profile: WrittenProfile): void
  /** Called after the last of some profiles that were written together. */
  onCommit(): void
  onState(state: ControlState): void
}

/** Listens to the owner of the log, and to the one that takes its place. */
export function followControl({ path, onWritten, onCommit, onState }: ControlOptions): Control {
  const { promise: known, resolve: onKnown } = Promise.withResolvers<void>()
  let state: ControlState | undefined
  let socket: Socket | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  function take(message: ControlMessage): void {
    if (message.type === 'state') {
      state = message
      onState(message)
      onKnown()
    } else {
      for (const [site, id, untilMs] of message.profiles)
        onWritten(site, id, untilMs === null ? {} : { link: { untilMs } })
      onCommit()
    }
  }

  function start(): void {
    socket = connect(path)
    // That it is away is what the end says, too.
    const lines = createInterface({ input: socket })
    for (const source of [socket, lines]) source.on('error', () => undefined)
    lines.on('line', (line) => take(JSON.parse(line) as ControlMessage))
    socket.once('close', () => {
      if (!isClosed) timer = setTimeout(start, RETRY_AFTER_MS)
    })
  }

  start()
  return {
    known,
    // While it is away, what is sent to it is refused with 503 in any case.
    isBehind: () => state?.isBehind ?? false,
    isFenced: () => state?.isFenced ?? false,
    close() {
      isClosed = true
      clearTimeout(timer)
      socket?.destroy()
    },
  }
}
