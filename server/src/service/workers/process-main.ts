// One process of a service that is several: takes a StartMessage from its supervisor, and then does what it is told.
import { rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { createReadAside } from '../../catalog/aside.ts'
import { prepareAside } from '../../catalog/aside-process.ts'
import { CatalogError } from '../../catalog/problem.ts'
import { sharePreparations } from '../../catalog/share-preparations.ts'
import { ConfigError, resolveSettings } from '../../settings/resolve-settings.ts'
import type { Role, ServiceCore } from '../core.ts'
import { assembleOwner } from '../owner.ts'
import { openProcess, type ServiceProcess } from '../service.ts'
import type { FromProcess, SocketPaths, StartFailure, StartMessage, ToProcess } from './messages.ts'
import { prepareAtOwner } from './prepare-at-owner.ts'
import { type ControlServer, serveControl } from './serve-control.ts'
import { servePreparations } from './serve-preparations.ts'
import { assembleWorker, storeIdOf } from './worker.ts'

/** Interval at which the supervisor is told what has changed, in ms. */
const TELL_EVERY_MS = 20

/** Longest wait of an owner for its workers, when the supervisor is gone, in ms. */
const ORPHAN_WAIT_MS = 15_000

let isReadyAround = false
let isSettled = false
let isEnding = false
let control: ControlServer | undefined
let service: ServiceProcess | undefined
let taken = 0
let hasStarted = false
let questions = 0
const pages = new Map<number, (text: string) => void>()
function tell(message: FromProcess): void {
  if (process.connected) process.send?.(message)
}

async function assembleOwnerOf(
  core: ServiceCore,
  { control: path, catalogs }: SocketPaths,
): ReturnType<Role['assemble']> {
  const assembly = await assembleOwner(core, {
    onWritten: (...written) => control?.written(...written),
    onDefinitions: () => control?.redefined(),
  })
  const { consumer, store, declare } = assembly
  const storeId = core.settings.store === undefined ? storeIdOf(core.settings.dataDirectory) : 0
  control = await serveControl({
    path,
    state: () => ({ isBehind: consumer.isBehind(), isFenced: consumer.isFenced(), storeId }),
    onAgreed: (site) => declare?.(site),
    onLeft: () => store.freeDeadReaders?.(),
  })
  core.parts.add(control)
  core.parts.add({ close: await servePreparations(catalogs, sharePreparations(prepareAside)) })
  return assembly
}

function roleOf({ role, sockets }: StartMessage): Role {
  const around = { isReadyAround: () => isReadyAround, isSettled: () => isSettled || role === 'owner' }
  const place = { path: sockets.own }
  if (role === 'worker')
    return {
      ...around,
      assemble: (core) => assembleWorker(core, { sockets, onOutdated: () => tell({ type: 'outdated' }) }),
      places: { public: place },
      readCatalog: createReadAside(prepareAtOwner(sockets.catalogs), prepareAside),
    }
  return {
    ...around,
    assemble: (core) => assembleOwnerOf(core, sockets),
    places: { admin: place },
    metricsText: () =>
      new Promise((resolve) => {
        pages.set(++questions, resolve)
        tell({ type: 'page', id: questions })
      }),
  }
}

function failureOf(error: unknown): StartFailure {
  const kind = error instanceof ConfigError ? 'config' : error instanceof CatalogError ? 'catalog' : 'other'
  const problems = error instanceof CatalogError ? error.problems : []
  return { kind, message: error instanceof Error ? error.message : String(error), problems }
}

function watchState({ isReady, countConnections }: ServiceProcess): void {
  let told = ''
  setInterval(() => {
    const state = { isReady: isReady(), open: countConnections(), taken }
    if (JSON.stringify(state) === told) return
    told = JSON.stringify(state)
    tell({ type: 'state', ...state })
  }, TELL_EVERY_MS).unref()
}

async function start(message: StartMessage): Promise<void> {
  process.title = `prepaint-server ${message.name}`
  try {
    const opened = await openProcess(resolveSettings(message.config), {}, roleOf(message))
    await rm(message.sockets.own, { force: true })
    await opened.open()
    service = opened
    watchState(opened)
    tell({ type: 'listening' })
  } catch (error) {
    tell({ type: 'failed', failure: failureOf(error) })
    process.exit(1)
  }
}

/** Ends in order, once: it may be told again. */
function end(): void {
  if (isEnding) return
  isEnding = true
  void Promise.resolve(service?.close()).then(() => process.exit(0))
}

process.on('message', (message: ToProcess, socket?: Socket) => {
  switch (message.type) {
    case 'start':
      if (!hasStarted) void start(message)
      hasStarted = true
      break
    case 'connection':
      taken++
      // A client may have gone meanwhile.
      if (!socket) break
      service?.adopt(message.listener, socket)
      break
    case 'ready':
      isReadyAround = message.isReady
      break
    case 'measure':
      void service?.snapshot().then((metrics) => tell({ type: 'measured', id: message.id, metrics }))
      break
    case 'page':
      pages.get(message.id)?.(message.text)
      pages.delete(message.id)
      break
    case 'settled':
      isSettled = true
      break
    case 'end':
      end()
  }
})

// A service manager, and the terminal, signal the whole group; the supervisor says who ends when.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => undefined)

// Its supervisor has been killed: nobody gives it work any more, and nobody reads what it logs.
process.stdout.on('error', () => undefined)
process.once('disconnect', () => {
  isSettled = true
  const wait = new Promise<void>((resolve) => setTimeout(resolve, ORPHAN_WAIT_MS).unref())
  void Promise.race([control?.left(), wait]).then(end)
})
