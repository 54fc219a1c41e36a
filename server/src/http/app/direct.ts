import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { refusalOf } from './answer-error.ts'
import { HttpError } from './errors.ts'
import { Exchange } from './exchange.ts'
import { ignoreRest } from './read-body.ts'
import type { ReadQuestion } from './read-question.ts'
import type { RequestEnd } from './request-end.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Adds a route that Node's server calls itself. */
    addDirect(route: DirectRoute): void
  }
  interface FastifyContextConfig {
    /** Answered without the framework, which has only found the route. */
    isDirect?: true
  }
}

/** Handler of the requests of a page for one address, called by Node's server itself: the framework costs as much as a decision. */
export interface DirectHandler {
  /** Refuses a request before its body is read, by throwing. */
  screen(exchange: Exchange): void
  /** Resolves with JSON of which each character is one byte. */
  answerBytes(exchange: Exchange, question: unknown): Promise<string>
}

/** A route of which the handler is called for exactly this address. */
export interface DirectRoute {
  method: string
  pattern: string
  maxBodyBytes: number
  handler: DirectHandler
}

/** Dependencies of direct routes. */
export interface DirectOptions {
  readQuestion: ReadQuestion
  nextId(): string
  onEnd(end: RequestEnd): void
}

/** Media types of questions, whatever their parameters: `text/plain` is what a page may send without asking before. */
const MEDIA_TYPE = /^\s*(?:text\/plain|application\/json)\s*(?:;|$)/i

/** @throws HttpError for a body in another format. */
function checkMediaType({ 'content-type': type, ...headers }: Exchange['headers']): void {
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0
  if (type === undefined ? !isEmpty : !MEDIA_TYPE.test(type)) throw new HttpError('media_type_unsupported')
}

/** Answers one request of a route. */
type AnswerDirect = (message: IncomingMessage, response: ServerResponse) => void

function createAnswer(
  { pattern, maxBodyBytes, handler }: DirectRoute,
  { readQuestion, onEnd, nextId }: DirectOptions,
  logger: FastifyBaseLogger,
): AnswerDirect {
  function fail(exchange: Exchange, error: Error): void {
    const { status, retryAfter, body } = refusalOf(error, () => logOf(exchange))
    if (retryAfter !== undefined) exchange.header('retry-after', retryAfter)
    ignoreRest(exchange.message)
    exchange.send(status, Buffer.from(JSON.stringify(body), 'utf8').toString('latin1'))
  }

  function logOf(exchange: Exchange): FastifyBaseLogger {
    return (exchange.log ??= logger.child({ requestId: nextId() }))
  }

  function end(exchange: Exchange): void {
    const { message, response, sinceMs, siteName } = exchange
    if (!response.writableFinished) return
    onEnd({
      method: message.method as string,
      route: pattern,
      status: response.statusCode,
      ms: performance.now() - sinceMs,
      siteName,
      log: () => logOf(exchange),
    })
  }

  return (message, response) => {
    const exchange = new Exchange(message, response)
    response.once('close', () => end(exchange))
    try {
      handler.screen(exchange)
      checkMediaType(exchange.headers)
      readQuestion({ message, response, limitBytes: maxBodyBytes }, (error, question) => {
        if (error) return fail(exchange, error)
        handler.answerBytes(exchange, question).then(
          (bytes) => exchange.send(200, bytes),
          (failure: Error) => fail(exchange, failure),
        )
      })
    } catch (error) {
      fail(exchange, error as Error)
    }
  }
}

/**
 * Lets an app have direct routes. Their own address goes past the framework; it still finds other spellings of it (escapes,
 * slashes too many, a query), and answers other methods and preflights.
 */
export function addDirectRoutes(app: FastifyInstance, options: DirectOptions): void {
  const answers = new Map<string, AnswerDirect>()
  app.server.removeAllListeners('request')
  app.server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    const answer = message.method === 'POST' ? answers.get(message.url as string) : undefined
    if (answer) answer(message, response)
    else app.routing(message, response)
  })
  app.decorate('addDirect', (route: DirectRoute) => {
    const answer = createAnswer(route, options, app.log)
    answers.set(route.pattern, answer)
    app.route({
      method: route.method,
      url: route.pattern,
      config: { isDirect: true },
      onRequest(request, reply) {
        reply.hijack()
        answer(request.raw, reply.raw)
      },
      handler: () => undefined,
    })
  })
}
