import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { MAX_BODY_BYTES } from 'prepaint/protocol'
import type { ByteBudget } from './byte-budget.ts'
import { type Inflate, readCodings } from './content-encoding.ts'
import { CUT, HttpError } from './errors.ts'

/** Bytes of a refused request that are still read, so that its sender hears why; a reset would overtake the answer. */
const MAX_IGNORED_BYTES = 1_048_576

/** Takes the text of a body, or why there is none. */
export type BodyDone = (error: Error | null, text: string) => void

/** Options for reading bodies. */
export interface BodyReaderOptions {
  /** Bytes that all bodies under way may take together. */
  budget: ByteBudget
  /** Absent: a body that is written smaller is refused. */
  inflate?: Inflate
  /** Called for each body that there was no room for. */
  onNoRoom(): void
}

/** A request of which the body is read. */
export interface Incoming {
  message: IncomingMessage
  /** The answer that it gets, or does not. */
  response: ServerResponse
  limitBytes: number
}

/** Reads the text of a request's body within its limit. */
export type ReadBody = (incoming: Incoming, done: BodyDone) => void

/** Throws away the rest of an unwanted body, up to a size that is worth it. */
export function ignoreRest(message: IncomingMessage): void {
  if (message.complete) return
  let ignoredBytes = 0
  message.on('data', ({ length }: Buffer) => {
    ignoredBytes += length
    if (ignoredBytes > MAX_IGNORED_BYTES) message.socket.destroy()
  })
}

/** UTF-8 without the mark that some editors and clients put before it. */
function textOf(chunks: readonly Buffer[]): string {
  const text = (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)).toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/**
 * A request of the framework's, with the limit of its route. Routes that read more than `MAX_BODY_BYTES` do so for who has
 * shown a key, which was verified before.
 */
export function incomingOf({ raw, answering, routeOptions, headers }: FastifyRequest): Incoming {
  const routeBytes = routeOptions.bodyLimit ?? MAX_BODY_BYTES
  const limitBytes = headers.authorization === undefined ? Math.min(routeBytes, MAX_BODY_BYTES) : routeBytes
  return { message: raw, response: answering, limitBytes }
}

/** Makes a reader. Nothing of a body is read that says beforehand that it is too large. */
export function createBodyReader({ budget, inflate, onNoRoom }: BodyReaderOptions): ReadBody {
  function noRoom(): HttpError {
    onNoRoom()
    return new HttpError('overloaded')
  }

  return ({ message, response, limitBytes }, done) => {
    const { headers } = message
    const tooLarge = (): HttpError =>
      new HttpError(
        'body_too_large',
        `the body has more than the ${limitBytes} bytes that this route takes: send less at once`,
      )
    const applied = readCodings(headers['content-encoding'])
    if (applied.length > 0 && !inflate)
      throw new HttpError('encoding_unsupported', 'this route takes no Content-Encoding: send the body as it is')
    if (Number(headers['content-length'] ?? 0) > limitBytes) throw tooLarge()
    const held = budget.hold(() => end(noRoom()))
    const chunks: Buffer[] = []
    let sizeBytes = 0
    let isOver = false

    function end(error: Error): void {
      if (isOver) return
      isOver = true
      held.release()
      chunks.length = 0
      done(error, '')
    }

    function take(plain: readonly Buffer[]): void {
      isOver = true
      done(null, textOf(plain))
    }

    // Also a client that has gone away; the answer's end is the end of all that the request has taken.
    response.once('close', () => {
      held.release()
      end(Object.assign(new Error('the client has gone'), { code: CUT }))
    })
    message.on('data', (chunk: Buffer) => {
      if (isOver) return
      sizeBytes += chunk.length
      if (sizeBytes > limitBytes) return end(tooLarge())
      if (!held.add(chunk.length)) return end(noRoom())
      chunks.push(chunk)
    })
    message.once('error', end)
    message.once('end', () => {
      if (isOver) return
      held.complete()
      if (!inflate || applied.length === 0) return take(chunks)
      inflate(Buffer.concat(chunks), applied, limitBytes).then((plain) => {
        if (isOver) return
        if (held.add(plain.length)) take([plain])
        else end(noRoom())
      }, end)
    })
  }
}
