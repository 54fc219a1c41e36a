import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CatalogError } from '../../catalog/problem.ts'
import type { LogStream } from '../../http/app/app.ts'
import type { MetricsSnapshot } from '../../metrics/metrics.ts'
import { ConfigError } from '../../settings/resolve-settings.ts'
import type { Taker } from './hand-over.ts'
import type { FromProcess, StartFailure, StartMessage, ToProcess } from './messages.ts'

const isSource = import.meta.url.endsWith('.ts')
const PROGRAM = fileURLToPath(new URL(isSource ? './process-main.ts' : './process-main.js', import.meta.url))

/** Longest wait for the metrics of a process, in ms: one that does not answer keeps its last. */
const MEASURE_MS = 1_000

/** One process, as its supervisor has it. */
export interface SupervisedProcess extends Taker {
  readonly id: number
  readonly startedMs: number
  /** It listens, and takes what it is given. */
  readonly isListening: boolean
  readonly isReady: boolean
  /** Resolves when it listens. @throws what its start failed with. */
  listening: Promise<void>
  /** Resolves when it has ended, and all that it has logged is written. */
  ended: Promise<void>
  tell(message: ToProcess): void
  /** Asks for its metrics; undefined if it does not answer. */
  measure(): Promise<MetricsSnapshot | undefined>
  /** Hands it no more connections, and has it end in order. */
  end(): void
  kill(): void
}

/** Options of a process. */
export interface SupervisedOptions {
  id: number
  /** One that nobody has told anything. */
  child: ChildProcess
  start: StartMessage
  logStream: LogStream
  /** Called when it is ready, or no more. */
  onReady(): void
  /** Called when it asks for the metrics of all processes. */
  onPage(reply: (text: string) => void): void
}

/** The environment without the socket that the supervisor was started with: it is the supervisor's alone. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LISTEN_')))
}

function errorOf({ kind, message, problems }: StartFailure): Error {
  if (kind === 'catalog') return new CatalogError([...problems])
  return kind === 'config' ? new ConfigError(message) : new Error(message)
}

/** Makes a process that waits for what it is to be. It ends when it is disconnected. */
export function spawnProcess(): ChildProcess {
  return fork(PROGRAM, [], {
    env: environment(),
    execArgv: isSource ? ['--conditions=source'] : [],
    // Settings know infinity.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
}

/** Questions for the metrics of a process, by their number. */
function createQuestions() {
  const asked = new Map<number, (metrics: MetricsSnapshot | undefined) => void>()
  let count = 0
  return {
    async ask(send: (id: number) => void): Promise<MetricsSnapshot | undefined> {
      const id = ++count
      const answer = await new Promise<MetricsSnapshot | undefined>((resolve) => {
        asked.set(id, resolve)
        setTimeout(() => resolve(undefined), MEASURE_MS).unref()
        send(id)
      })
      asked.delete(id)
      return answer
    },
    answer: (id: number, metrics: MetricsSnapshot): void => asked.get(id)?.(metrics),
    giveUp(): void {
      for (const resolve of asked.values()) resolve(undefined)
    },
  }
}

/** Starts a process. */
export function superviseProcess(options: SupervisedOptions): SupervisedProcess {
  const { id, child, start, logStream } = options
  const startedMs = performance.now()
  const listening = Promise.withResolvers<void>()
  // Who does not wait for the start hears of the end.
  listening.promise.catch(() => undefined)
  const questions = createQuestions()
  let isListening = false
  let isReady = false
  let isEnding = false
  let open = 0
  let taken = 0
  let given = 0

  function tell(message: ToProcess): void {
    // One that has just ended is replaced when its end is heard.
    if (child.connected) child.send(message, () => undefined)
  }

  function hear(message: FromProcess): void {
    switch (message.type) {
      case 'listening':
        isListening = true
        listening.resolve()
        break
      case 'failed':
        listening.reject(errorOf(message.failure))
        break
      case 'state': {
        const wasReady = isReady
        ;({ isReady, open, taken } = message)
        if (isReady !== wasReady) options.onReady()
        break
      }
      case 'measured':
        questions.answer(message.id, message.metrics)
        break
      case 'page':
        options.onPage((text) => tell({ type: 'page', id: message.id, text }))
        break
      case 'outdated':
        end()
    }
  }

  function end(): void {
    if (isEnding) return
    isEnding = true
    isListening = false
    tell({ type: 'settled' })
    tell({ type: 'end' })
  }

  child.on('message', hear)
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => logStream.write(`${line}\n`))
  child.on('error', (error) => listening.reject(error))
  child.once('exit', () => {
    isListening = false
    isReady = false
    listening.reject(new Error('a process of the service ended while it started'))
    questions.giveUp()
  })
  const ended = once(child, 'close').then(() => undefined)
  tell(start)
  return {
    id,
    startedMs,
    get isListening() {
      return isListening && child.connected
    },
    get isReady() {
      return isReady
    },
    get load() {
      return open + given - taken
    },
    listening: listening.promise,
    ended,
    tell,
    take(listener, socket) {
      if (!child.connected) return false
      given++
      child.send({ type: 'connection', listener } satisfies ToProcess, socket, () => undefined)
      return true
    },
    measure: async () => (isListening ? questions.ask((id) => tell({ type: 'measure', id })) : undefined),
    end,
    kill: () => void child.kill('SIGKILL'),
  }
}
