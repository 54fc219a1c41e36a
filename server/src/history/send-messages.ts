import type { BatchResponse } from 'prepaint/protocol'
import type { Fields } from '../ingest/as-meant.ts'
import { createPatientPost, type PostAnswer, type PostOptions, refusal, SendError } from '../transfer/post-patiently.ts'

/** A message, and the line that it is of. */
export interface SentMessage {
  line: number
  message: Fields
}

/** Results of the messages, one each: `reason` is said for those that were not taken. */
export interface SendResult {
  result: BatchResponse['results'][number]
  line: number
  reason?: string
}

/** Answers that one message may be the cause of. */
const DIVISIBLE = new Set([400, 413])

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

/** Makes what sends messages, and does not give up while the service may come back. Resolves with undefined when it is told to end. */
export function createSender(options: PostOptions) {
  const postPatiently = createPatientPost(options)

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
