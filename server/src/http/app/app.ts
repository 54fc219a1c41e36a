import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { fastify, type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { type ErrorCode, MAX_BODY_BYTES } from 'prepaint/protocol'
import { answerError } from './answer-error.ts'
import { MAX_KEYED_BODY_BYTES } from './body.ts'
import { createBrokenConnections } from './broken-connection.ts'
import { createByteBudget } from './byte-budget.ts'
import { boundConnections } from './connections.ts'
import { addDirectRoutes } from './direct.ts'
import { incomingOf } from './read-body.ts'
import { createQuestionReader, type ReadQuestion } from './read-question.ts'
import { type RequestEnd, tellRequestEnds } from './request-end.ts'
import { createRequestLog } from './request-log.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The answer that this request gets, or does not. */
    answering: ServerResponse
  }
}

/** Longest part of an address that a route takes as its parameter: a context key, and more for its answer to be ours. */
const MAX_PARAMETER_LENGTH = 4_096

/** Largest head of a request, in bytes: with as many connections as there may be, 64 MiB. */
const MAX_HEADER_BYTES = 16_384

/** Questions that are under way in all connections, in bytes: a thousand of the tag's own size fit in. */
const MAX_QUESTIONS_BYTES = 4_194_304

/** Time after which a connection is closed on which an answer does not move, in ms. */
const STALLED_MS = 30_000

/** Target of log lines. */
export interface LogStream {
  write(line: string): void
}

/** Events of the HTTP server that it reports. */
export interface AppTells {
  /** A body was refused because there was no room for it. */
  onNoRoom(): void
  /** A request was refused that no route has seen. */
  onBroken(code: ErrorCode): void
  /** A connection was refused because there are too many. */
  onCrowded(): void
  /** A request was answered. */
  onEnd(end: RequestEnd): void
}

/** Dependencies of the HTTP server. */
export interface AppOptions extends Partial<AppTells> {
  logStream: LogStream
  /** Longest time in which a whole request must have arrived, in ms. */
  requestTimeoutMs: number
  /** True writes a line for every request, false for those that the service failed to answer. */
  logRequests: boolean
  /** Connections that may be open at the same time. */
  maxConnections: number
}

function nothing(): void {
  // Nobody has asked to be told.
}

/** A client that asks before it sends much (`Expect`) is told to go on only with what some route could take. */
function passContinue({ server }: FastifyInstance): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers['content-length'] ?? 0) <= MAX_KEYED_BODY_BYTES) response.writeContinue()
    server.emit('request', request, response)
  })
}

/** Adds the parsers of bodies other than events. */
function addBodies(app: FastifyInstance, readQuestion: ReadQuestion): void {
  app.removeAllContentTypeParsers()
  const parse = (
    request: FastifyRequest,
    _payload: unknown,
    done: (error: Error | null, body?: unknown) => void,
  ): void => readQuestion(incomingOf(request), done)
  app.addContentTypeParser(['text/plain', 'application/json'], parse)
}

/** Ids of requests in the service's log. */
function createRequestIds(): () => string {
  let count = 0
  return () => `req-${(++count).toString(36)}`
}

/** An HTTP server without routes: how bodies are read, errors answered and requests logged. */
export function createApp(options: AppOptions): FastifyInstance {
  const {
    logStream,
    requestTimeoutMs,
    maxConnections,
    onNoRoom = nothing,
    onBroken = nothing,
    onCrowded = nothing,
    onEnd = nothing,
  } = options
  const broken = createBrokenConnections({
    onBroken,
    warn: (fields, message) => app.log.warn(fields, message),
    now: () => performance.now(),
  })
  const nextId = createRequestIds()
  const app = fastify({
    genReqId: nextId,
    bodyLimit: MAX_BODY_BYTES,
    // A proxy's rule often leaves a slash too many; no route reads a query, and parsing a long one takes a millisecond.
    routerOptions: {
      maxParamLength: MAX_PARAMETER_LENGTH,
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      querystringParser: () => ({}),
    },
    requestTimeout: requestTimeoutMs,
    connectionTimeout: Math.max(requestTimeoutMs, STALLED_MS),
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: requestTimeoutMs,
      // Node looks for timed-out requests every 30 s by default, which would be their real timeout.
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 10),
    },
    forceCloseConnections: 'idle',
    // What still arrives at a service that is ending is answered like everything before it.
    return503OnClosing: false,
    logger: { base: null, stream: logStream },
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    frameworkErrors: answerError,
    clientErrorHandler: broken.end,
  })
  boundConnections(app.server, { maxConnections, onRefused: onCrowded })
  passContinue(app)
  app.server.on('connect', (_request: IncomingMessage, socket: Duplex) => broken.refuseTunnel(socket))
  app.decorateRequest('answering')
  app.addHook('onRequest', (request, reply, done) => {
    request.answering = reply.raw
    reply.header('x-content-type-options', 'nosniff')
    done()
  })
  app.decorateRequest('siteName', '')
  const readQuestion = createQuestionReader({ budget: createByteBudget(MAX_QUESTIONS_BYTES), onNoRoom })
  addBodies(app, readQuestion)
  app.setErrorHandler(answerError)
  const logRequest = createRequestLog(options.logRequests ? 0 : 500)
  const tellEnd = (end: RequestEnd): void => {
    onEnd(end)
    logRequest(end)
  }
  tellRequestEnds(app, tellEnd)
  addDirectRoutes(app, { readQuestion, nextId, onEnd: tellEnd })
  return app
}
