import { type FastifyInstance, type FastifyRequest, fastify, LogController } from 'fastify'
import { MAX_BODY_BYTES } from 'prepaint/protocol'
import { parseBody } from './body.ts'
import { answerError, answerUnknownRoute, endBrokenConnection } from './answer-error.ts'
import { logRequests } from './request-log.ts'

/** Longest part of an address that a route takes as its parameter: a context key, and more for its answer to be ours. */
const MAX_PARAMETER_LENGTH = 4_096

/** Where log lines go. */
export interface LogStream {
  write(line: string): void
}

/** What the HTTP server depends on. */
export interface AppOptions {
  logStream: LogStream
  /** Longest time in which a whole request must have arrived, in ms. */
  requestTimeoutMs: number
  /** True writes a line for every request, false for those that the service failed to answer. */
  logRequests: boolean
  /** Proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[]
}

/** An HTTP server without routes: how bodies are read, errors answered and requests logged. */
export function createApp(options: AppOptions): FastifyInstance {
  const { logStream, requestTimeoutMs, trustedProxies } = options
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    requestTimeout: requestTimeoutMs,
    http: {
      headersTimeout: requestTimeoutMs,
      // Node looks for timed-out requests every 30 s by default, which would be their real timeout.
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 10),
    },
    forceCloseConnections: 'idle',
    // What still arrives at a service that is ending is answered like everything before it.
    return503OnClosing: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    logger: { base: null, stream: logStream },
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    frameworkErrors: answerError,
    clientErrorHandler: endBrokenConnection,
  })
  app.removeAllContentTypeParsers()
  const parse = ({ headers }: FastifyRequest, body: string, done: (error: null, body: unknown) => void): void =>
    done(null, parseBody(body, headers.authorization !== undefined))
  app.addContentTypeParser<string>(['text/plain', 'application/json'], { parseAs: 'string' }, parse)
  app.setErrorHandler(answerError)
  app.setNotFoundHandler(answerUnknownRoute)
  logRequests(app, options.logRequests ? 0 : 500)
  return app
}
