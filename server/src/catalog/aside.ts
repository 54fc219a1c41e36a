import { Worker } from 'node:worker_threads'
import type { Steps } from 'prepaint/engine'
import { assemble } from './assemble.ts'
import { collectYoung } from './collect.ts'
import { type Packed, unpack } from './packed.ts'
import { CatalogError, type Problem } from './problem.ts'
import type { Site } from './site.ts'

/** Question to the thread. */
export interface AsideRequest {
  bytes: Uint8Array
  file: string
  /** Variant assignment of the catalog that it replaces, and its version. */
  assignments: string | undefined
  version: string | undefined
}

/** The thread's answer: nothing if the version is the same. */
export interface AsideResponse {
  packed?: Packed
  problems?: readonly Problem[]
}

/**
 * The longest that a catalog of 1 MB may take to read, and the most memory. It takes 1 to 3 s of CPU time, of which the thread gets
 * little beside others: on two cores with a load of 12 a sound catalog took more than 30 s.
 */
const MAX_MS = 300_000
const MAX_HEAP_MB = 512

const isSource = import.meta.url.endsWith('.ts')
const WORKER = new URL(isSource ? './aside-worker.ts' : './aside-worker.js', import.meta.url)

/** Time for which the thread is kept after an answer, in ms: a second publish often follows soon. */
const KEPT_MS = 10_000

/** Between two small steps: undefined, or when others should go first a promise of the next turn. */
export type Pause = () => Promise<void> | undefined

/** Reads catalogs in a thread of its own, one after the other. */
export type ReadAside = (request: AsideRequest, pause: Pause) => Promise<Site | undefined>

function refusal(file: string, message: string): CatalogError {
  return new CatalogError([{ file, line: 0, column: 0, message }])
}

function start(): Worker {
  const worker = new Worker(WORKER, {
    execArgv: isSource ? ['--conditions=source'] : [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  })
  // A service that ends does not wait for a catalog.
  worker.unref()
  return worker
}

function ask(worker: Worker, request: AsideRequest): Promise<AsideResponse> {
  const { file } = request
  return new Promise<AsideResponse>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(refusal(file, `takes longer than ${MAX_MS / 1_000} s to read`)),
      MAX_MS,
    ).unref()
    const onMessage = (answer: AsideResponse): void => {
      clearTimeout(timer)
      worker.off('error', onError)
      resolve(answer)
    }
    const onError = (error: NodeJS.ErrnoException): void => {
      clearTimeout(timer)
      worker.off('message', onMessage)
      reject(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? refusal(file, `takes more than ${MAX_HEAP_MB} MB of memory to read`)
          : error,
      )
    }
    worker.once('message', onMessage).once('error', onError)
    worker.postMessage(request)
  })
}

async function inSlices<Result>(steps: Steps<Result>, pause: Pause): Promise<Result> {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    const turn = pause()
    if (!turn) continue
    collectYoung()
    await turn
  }
}

function* siteOf(packed: Packed): Steps<Site> {
  return yield* assemble(yield* unpack(packed))
}

/**
 * Makes a reader of catalogs for whom nobody who asks for a decision waits: they are read in a thread of its own, and what has to
 * be made in this one is made in small steps. It resolves with undefined when the catalog has the version that is in use, and
 * throws CatalogError.
 */
export function createReadAside(): ReadAside {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined

  function end(): void {
    void worker?.terminate()
    worker = undefined
  }

  return async (request, pause) => {
    clearTimeout(idle)
    worker ??= start()
    const { packed, problems } = await ask(worker, request).catch((error: unknown) => {
      end()
      throw error
    })
    idle = setTimeout(end, KEPT_MS).unref()
    if (problems) throw new CatalogError(problems)
    return packed && (await inSlices(siteOf(packed), pause))
  }
}
