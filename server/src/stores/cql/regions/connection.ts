import type { CqlSession } from '../driver/session.ts'

/** Pause before a cluster that could not be entered is tried again, in ms. */
const RETRY_AFTER_MS = 500

/** The cluster cannot be asked now; the cause says why. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}

/** A session that is opened in the background and for ever: a service starts and decides also while its store is down. */
export interface Connection {
  /** @throws StoreUnavailableError while there is none. */
  session(): CqlSession
  /** Resolves with the first session; for ever waiting when closed before. */
  readonly opened: Promise<CqlSession>
  close(): Promise<void>
}

/** Dependencies of a connection. */
export interface ConnectionOptions {
  open: () => Promise<CqlSession>
  /** Called each time that the cluster could not be entered. */
  onProblem: (problem: string, cause: unknown) => void
  /** Name of the cluster in messages. */
  name: string
  retryAfterMs?: number
}

/** Starts to connect. */
export function createConnection({
  open,
  onProblem,
  name,
  retryAfterMs = RETRY_AFTER_MS,
}: ConnectionOptions): Connection {
  let current: CqlSession | undefined
  let isClosed = false
  let cause: unknown
  let endPause = (): void => undefined

  async function connect(): Promise<CqlSession> {
    while (!isClosed) {
      try {
        const session = await open()
        if (!isClosed) return (current = session)
        // Nobody else knows of it.
        await session.close()
      } catch (error) {
        cause = error
        if (!isClosed) onProblem(`${name} cannot be entered; the next try is in ${retryAfterMs} ms`, error)
      }
      if (!isClosed) await pause()
    }
    return new Promise(() => undefined)
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, retryAfterMs)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  const opened = connect()
  return {
    opened,
    session() {
      if (current) return current
      throw new StoreUnavailableError(`${name} is not connected`, { cause })
    },
    async close() {
      isClosed = true
      endPause()
      await current?.close()
    },
  }
}
