import type { ChildProcess } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import type { LogStream } from '../../http/app/app.ts'
import type { Settings } from '../../settings/settings.ts'
import type { ProcessRole, StartMessage } from './messages.ts'
import { createPauses, type PauseAfter } from './replacement.ts'
import type { SocketFolder } from './socket-folder.ts'
import { spawnProcess, type SupervisedProcess, superviseProcess } from './supervised-process.ts'

/** Time for which the owner that takes a dead one's place waits for the data directory, in ms. */
const RECLAIM_MS = 5_000

/** Connections that each process takes at least. */
const MIN_CONNECTIONS = 16

/** A place that one process after the other fills. */
export interface Post {
  role: ProcessRole
  name: string
  current: SupervisedProcess
  pauseAfter: PauseAfter
}

/** Processes of a service, each of which is replaced when it ends. */
export interface Posts {
  all(): readonly Post[]
  /** Resolves when all of them listen. @throws what a start failed with. */
  started(): Promise<void>
  /** Replaces nobody any more. */
  stop(): void
}

function withRole(settings: Settings, role: ProcessRole, workers: number): Settings {
  if (role === 'owner') return settings
  return { ...settings, maxConnections: Math.max(MIN_CONNECTIONS, Math.ceil(settings.maxConnections / workers)) }
}

/** Dependencies of the processes. */
export interface PostsOptions {
  settings: Settings
  workers: number
  sockets: SocketFolder
  logStream: LogStream
  /** Called when a process listens, is ready, or is so no more. */
  onChange(): void
  onEnded(process: SupervisedProcess): void
  onReplaced(role: ProcessRole): void
  page(): Promise<string>
}

/** Process that is loaded already and waits for one to end: a start takes a third of a second, and seconds on a busy machine. */
function createSpare() {
  let spare: ChildProcess | undefined
  return {
    /** Begins to have one. */
    load(): void {
      spare ??= spawnProcess()
    },
    take(): ChildProcess {
      const taken = spare?.connected ? spare : spawnProcess()
      spare = undefined
      return taken
    },
    end(): void {
      if (spare?.connected) spare.disconnect()
    },
  }
}

/** Starts all processes of a service. */
export function startPosts(options: PostsOptions): Posts {
  const { settings, workers, sockets, logStream, onChange } = options
  const stopped = new AbortController()
  const spare = createSpare()
  let count = 0
  let haveStarted = false

  function startProcess(post: Omit<Post, 'current'>, config: Settings): SupervisedProcess {
    const { role, name } = post
    const start: StartMessage = { type: 'start', role, name, config, sockets: sockets.paths(role, name) }
    const onPage = (reply: (text: string) => void): void => void options.page().then(reply)
    const started = superviseProcess({ id: ++count, child: spare.take(), start, logStream, onReady: onChange, onPage })
    started.listening.then(onListening, () => undefined)
    void started.ended.then(() => replace(post as Post, started))
    return started
  }

  function onListening(): void {
    onChange()
    if (haveStarted && !stopped.signal.aborted) spare.load()
  }

  function log(msg: string): void {
    logStream.write(`${JSON.stringify({ level: 50, time: Date.now(), msg })}\n`)
  }

  async function replace(post: Post, ended: SupervisedProcess): Promise<void> {
    options.onEnded(ended)
    onChange()
    if (stopped.signal.aborted || !haveStarted) return
    const pauseMs = post.pauseAfter(performance.now() - ended.startedMs)
    log(`${post.name} has ended: it is replaced ${pauseMs === 0 ? 'at once' : `in ${pauseMs} ms`}`)
    if (pauseMs > 0) await wait(pauseMs, undefined, stopped).catch(() => undefined)
    if (stopped.signal.aborted) return
    options.onReplaced(post.role)
    const takeoverMs = Math.max(settings.takeoverMs, RECLAIM_MS)
    post.current = startProcess(post, { ...withRole(settings, post.role, workers), takeoverMs })
    post.current.listening.catch((error: Error) => log(`${post.name} cannot be replaced: ${error.message}`))
  }

  function makePost(role: ProcessRole, name: string): Post {
    const post = { role, name, pauseAfter: createPauses() }
    return Object.assign(post, { current: startProcess(post, withRole(settings, role, workers)) })
  }

  const posts = [
    makePost('owner', 'owner'),
    ...Array.from({ length: workers }, (_, index) => makePost('worker', `worker-${index + 1}`)),
  ]
  return {
    all: () => posts,
    async started() {
      await Promise.all(posts.map(({ current }) => current.listening))
      haveStarted = true
      spare.load()
    },
    stop() {
      stopped.abort()
      spare.end()
    },
  }
}
