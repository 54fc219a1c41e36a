import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { MAX_BODY_BYTES } from 'prepaint/protocol'
import type { DirectHandler } from './direct.ts'
import type { KnownRoute } from './unknown-routes.ts'

/** Handler of the requests for one address. */
export interface RouteHandler {
  /** Refuses a request before its body is read, by throwing. It calls back: a promise would cost a turn of the microtasks. */
  screen?(request: FastifyRequest, reply: FastifyReply, pass: () => void): void
  answer(request: FastifyRequest, reply: FastifyReply): unknown
  /** Says how its bodies are read. Default: as questions. */
  addParsers?: AddParsers
}

/** Adds the content types that a scope of the app takes, beside or in place of the app's. */
export type AddParsers = (scope: FastifyInstance) => void

/** An address, as the HTTP server and the metrics have it, and how much it takes. */
export interface RouteAddress extends Pick<KnownRoute, 'cors' | 'takesPageKey'> {
  method: 'get' | 'post'
  /** Such as `/v1/decide/:site/:key`. */
  pattern: string
  /** Largest body, in bytes. Default: the app's. */
  maxBodyBytes?: number
  /** Asked by any name of its host, on the admin listener. */
  takesAnyHost?: true
}

/** Adds a route; the handler is called by the HTTP server itself, with nothing between. */
export function addRoute(app: FastifyInstance, address: RouteAddress, handler: RouteHandler | DirectHandler): void {
  const { method, pattern, maxBodyBytes, cors, takesPageKey, takesAnyHost } = address
  if ('answerBytes' in handler) {
    return app.addDirect({
      method: method.toUpperCase(),
      pattern,
      maxBodyBytes: maxBodyBytes ?? MAX_BODY_BYTES,
      handler,
    })
  }
  const { screen, answer, addParsers } = handler
  const add = (scope: FastifyInstance): unknown =>
    scope.route({
      method: method.toUpperCase(),
      url: pattern,
      ...(screen && { onRequest: screen }),
      ...(maxBodyBytes !== undefined && { bodyLimit: maxBodyBytes }),
      config: { ...(cors && { cors }), ...(takesPageKey && { takesPageKey }), ...(takesAnyHost && { takesAnyHost }) },
      handler: answer,
    })
  if (!addParsers) return void add(app)
  app.register(async (scope) => {
    addParsers(scope)
    add(scope)
  })
}
