/** An answer of the service. */
export interface PostAnswer {
  status: number
  headers: Headers
  text: string
}

/** Dependencies of posting. */
export interface PostOptions {
  /** Sends a body to the service. Rejects if no answer comes. */
  post(body: string): Promise<PostAnswer>
  /** Resolves after a pause, or at once when the work is to end. */
  wait(ms: number): Promise<void>
  isEnded(): boolean
  /** Called before each pause, with what the service said. */
  onWait?(reason: string): void
}

/** The work cannot go on: the service refuses all of it, or is away. */
export class SendError extends Error {
  override readonly name = 'SendError'
}

/** Pauses while the service is away or has too much to do, in ms; its own `Retry-After` goes before. */
const FIRST_PAUSE_MS = 500
const MAX_PAUSE_MS = 30_000

/** Attempts in a row before giving up: some ten minutes, or as long as the service asks for. */
const MAX_ATTEMPTS = 25

/** Answers that mean "later": limits, a service that starts or ends, a proxy without one. */
const LATER = new Set([408, 425, 429, 500, 502, 503, 504])

/** The service has no time, or is not there. */
interface Later {
  said: string
  pauseMs: number
}

/** Words on an answer that refuses. */
export function refusal({ status, text }: PostAnswer): string {
  return `the service answers ${status}: ${text.slice(0, 500)}`
}

/**
 * Makes what posts a body, and does not give up while the service may come back. It resolves with undefined when it is told to end, and
 * rejects with a SendError.
 */
export function createPatientPost({ post, wait, isEnded, onWait }: PostOptions) {
  async function attempt(body: string, pauseMs: number): Promise<PostAnswer | Later> {
    try {
      const answer = await post(body)
      if (!LATER.has(answer.status)) return answer
      const askedS = Number(answer.headers.get('retry-after') ?? NaN)
      return { said: refusal(answer), pauseMs: askedS >= 0 ? askedS * 1_000 : pauseMs }
    } catch (error) {
      return { said: (error as Error).message, pauseMs }
    }
  }

  return async (body: string): Promise<PostAnswer | undefined> => {
    let last = ''
    for (let count = 0; count < MAX_ATTEMPTS && !isEnded(); count++) {
      const answer = await attempt(body, Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** count))
      if ('status' in answer) return answer
      last = answer.said
      onWait?.(last)
      await wait(answer.pauseMs)
    }
    if (isEnded()) return undefined
    throw new SendError(`${last}; the next run goes on from here`)
  }
}
