import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { problemLines } from './packed.ts'

/** Question to the process, but for the file's bytes. */
export interface RequestHead {
  file: string
  /** Variant assignment of the catalog that it replaces, and its version. */
  assignments: string | undefined
  version: string | undefined
}

/** Question to the process. */
export interface AsideRequest extends RequestHead {
  bytes: Uint8Array
}

/** Yields the lines of `packed.ts` in chunks, as they are asked for. */
export type Prepare = (request: AsideRequest) => AsyncGenerator<Uint8Array, void, undefined>

const NEWLINE = 0x0a

/** Makes the bytes that a request is on its way between processes: a line, and the file. */
export function requestBytes({ bytes, ...head }: AsideRequest): Uint8Array[] {
  return [Buffer.from(`${JSON.stringify(head)}\n`), bytes]
}

/** Reverses {@link requestBytes}. */
export function requestOf(given: Buffer): AsideRequest {
  const end = given.indexOf(NEWLINE)
  return { ...(JSON.parse(given.toString('utf8', 0, end)) as RequestHead), bytes: given.subarray(end + 1) }
}

/**
 * The longest that a catalog may take to read. One of 1 MB takes 1 to 3 s of CPU time, of which the process gets little beside others:
 * on two cores with a load of 12 a sound catalog took more than 30 s.
 */
const MAX_MS = 300_000

/** The most memory that it may take, in MiB, at least and for each MiB of its file. 2.4 MB took 300, 4.9 MB 470. */
const MIN_HEAP_MB = 512
const HEAP_MB_PER_MB = 128

function maxHeapMb({ bytes }: AsideRequest): number {
  return Math.max(MIN_HEAP_MB, Math.ceil((bytes.length / 1_048_576) * HEAP_MB_PER_MB))
}

const isSource = import.meta.url.endsWith('.ts')
const PROGRAM = fileURLToPath(new URL(isSource ? './aside-main.ts' : './aside-main.js', import.meta.url))

/**
 * Options of its Node. V8 has four threads of a process for collections of garbage and for compiling, whatever the number of cores, and
 * they would be the catalog's: with two cores and a worker thread in the service's own process a decision waited 15 ms for one of them to
 * give up its core (`perf sched`).
 */
const OPTIONS = ['--v8-pool-size=1', ...(isSource ? ['--conditions=source'] : [])]

/** Starts the process with these arguments of Node. */
export type StartProcess = (args: readonly string[]) => ChildProcessWithoutNullStreams

/** The environment without what is said to the service's own Node, such as the port of its debugger. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: undefined }
}

/**
 * Starts it with a priority that lets decisions go first. Not the lowest priority, which gets 1 % of a core that somebody else uses, too, and would keep a busy
 * service from ever having a new catalog; this gets 10 %. It is set from here, while the process has one thread: on Linux each has a
 * niceness of its own, which it hands on to those that it makes (setpriority(2), NOTES), and until the process could say so itself
 * decisions would wait for its start, 30 ms of them in one go (`perf sched`, two busy cores).
 */
export const startProcess: StartProcess = (args) => {
  const child = spawn(process.execPath, args, { env: environment(), stdio: 'pipe' })
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  return child
}

/** Characters that are kept of what the process says, for whoever looks for the cause of its end. */
const MAX_TOLD = 4_000

/** Says how a process ended that has not answered. */
function endOf(told: string, isLate: boolean, by: string, heapMb: number): string {
  if (isLate) return `takes longer than ${MAX_MS / 1_000} s to read`
  if (told.includes('heap out of memory')) return `takes more than ${heapMb} MB of memory to read`
  return `cannot be read, because the process that reads it was ended by ${by}: ${told}`.trim()
}

/**
 * Reads, checks and prices a catalog in a process of its own, which goes on while the service decides; yields the lines of
 * `packed.ts` in chunks, as they are asked for.
 */
export async function* prepareAside(
  request: AsideRequest,
  start = startProcess,
): AsyncGenerator<Uint8Array, void, undefined> {
  const heapMb = maxHeapMb(request)
  const child = start([`--max-old-space-size=${heapMb}`, ...OPTIONS, PROGRAM])
  const kill = (): void => void child.kill('SIGKILL')
  // A service that ends waits for no catalog, and leaves no process behind.
  for (const handle of [child, child.stdin, child.stdout, child.stderr] as { unref(): void }[]) handle.unref()
  process.once('exit', kill)
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    kill()
  }, MAX_MS).unref()
  let told = ''
  child.stderr.on('data', (chunk: Buffer) => (told = `${told}${chunk.toString()}`.slice(-MAX_TOLD)))
  const ended = once(child, 'close') as Promise<[code: number | null, signal: NodeJS.Signals | null]>
  // Its end is told below.
  ended.catch(() => undefined)
  child.stdin.on('error', () => undefined)
  for (const bytes of requestBytes(request)) child.stdin.write(bytes)
  child.stdin.end()
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>
    const [code, signal] = await ended
    if (code === 0) return
    const message = endOf(told, isLate, signal ?? `exit code ${code}`, heapMb)
    yield Buffer.from(`\n${problemLines([{ file: request.file, line: 0, column: 0, message }]).join('\n')}\n`)
  } finally {
    clearTimeout(timer)
    process.off('exit', kill)
    kill()
  }
}
