import type { BatchResponse } from 'prepaint/protocol'
import type { Fields } from '../ingest/as-meant.ts'

/** A message, and the line that it is of. */
export interface SentMessage {
  line: number
  message: Fields
}

/** An answer of the service. */
export interface PostAnswer {
  status: number
  headers: Headers
  text: string
}

/** Dependencies of sending. */
export interface SendOptions {
  /** Sends a body to the service. Rejects if no answer comes. */
  post(body: string): Promise<PostAnswer>
  /** Resolves after a pause, or at once when the import is to end. */
  wait(ms: number): Promise<void>
  isEnded(): boolean
  /** Called before each pause, with what the service said. */
  onWait?(reason: string): void
}

/** Results of the messages, one each: `reason` is said for those that were not taken. */
export interface SendResult {
  result: BatchResponse['results'][number]
  line: number
  reason?: string
}

/** The import cannot go on: the service refuses all of it, or is away. */
export class SendError extends Error {
  override readonly name = 'SendError'
}

/** Pauses while the service is away or has too much to do, in ms; its own `Retry-After` goes before. */
const FIRST_PAUSE_MS = 500
const MAX_PAUSE_MS = 30_000

/** Attempts in a row before an import gives up: some ten minutes, or as long as the service asks for. */
const MAX_ATTEMPTS = 25

/** Answers that mean "later": limits, a service that starts or ends, a proxy without one. */
const LATER = new Set([408, 425, 429, 500, 502, 503, 504])

/** Answers that one message may be the cause of. */
const DIVISIBLE = new Set([400, 413])

/** The service has no time, or is not there. */
interface Later {
  said: string
  pauseMs: number
}

function bodyOf(messages: readonly SentMessage[]): string {
  return JSON.stringify({ context: { imported: true }, batch: messages.map(({ message }) => message) })
}

function resultsOf(messages: readonly SentMessage[], { status, text }: PostAnswer): SendResult[] {
  let answer: Partial<BatchResponse>
  try {
    answer = Object(JSON.parse(text)) as Partial<BatchResponse>
  } catch {
    answer = {}
  }
  const { results, reasons = [] } = answer
  if (!Array.isArray(results) || results.length !== messages.length)
    throw new SendError(`what answers with ${status} is no service of Prepaint`)
  const reasonOf = new Map(reasons.map(({ index, message }) => [index, message]))
  return messages.map(({ line }, index) => {
    const result = results[index] as SendResult['result']
    return {
      result,
      line,
      ...(result === 'invalid' ? { reason: reasonOf.get(index) ?? 'is refused by the service' } : {}),
    }
  })
}

function refusal({ status, text }: PostAnswer): string {
  return `the service answers ${status}: ${text.slice(0, 500)}`
}

/** Makes what sends messages, and does not give up while the service may come back. Resolves with undefined when it is told to end. */
export function createSender({ post, wait, isEnded, onWait }: SendOptions) {
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

  async function postPatiently(body: string): Promise<PostAnswer | undefined> {
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

  async function send(messages: readonly SentMessage[]): Promise<SendResult[] | undefined> {
    const answer = await postPatiently(bodyOf(messages))
    if (!answer) return undefined
    if (answer.status >= 200 && answer.status < 300) return resultsOf(messages, answer)
    if (!DIVISIBLE.has(answer.status)) throw new SendError(refusal(answer))
    const [only] = messages
    if (messages.length === 1 && only) return [{ result: 'invalid', line: only.line, reason: refusal(answer) }]
    const half = Math.ceil(messages.length / 2)
    const first = await send(messages.slice(0, half))
    const second = first && (await send(messages.slice(half)))
    return first && second && [...first, ...second]
  }

  return send
}

/** Sends messages; undefined when the import was told to end before all of them were taken. */
export type SendMessages = ReturnType<typeof createSender>
