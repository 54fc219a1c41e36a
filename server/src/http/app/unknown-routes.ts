import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HttpError } from './errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Pages that may read the answer; absent: those of a site. */
    cors?: 'any'
    /** Pages may send a key here. */
    takesPageKey?: true
  }
}

/** One address, with all methods that it takes. */
export interface KnownRoute {
  methods: Set<string>
  cors?: 'any'
  takesPageKey?: true
}

/** The path of a request as routes are compared with it: without host, query, escapes and slashes too many. */
function pathOf(url: string): string | undefined {
  const path = url.replace(/^https?:\/\/[^/?#]*/, '').replace(/[?#][^]*$/, '')
  try {
    return decodeURIComponent(path)
      .replace(/\/{2,}/g, '/')
      .replace(/(.)\/$/, '$1')
  } catch {
    return undefined
  }
}

/** Returns the known route at a request's address, by whatever method. */
export type RouteAt = (url: string) => KnownRoute | undefined

/** The routes of an app by their address: those that are added from now on. */
function createRouteTable(app: FastifyInstance): RouteAt {
  const routes = new Map<string, KnownRoute & { pattern?: RegExp }>()
  app.addHook('onRoute', ({ method, url, config = {} }) => {
    if (url === '*') return
    const known = routes.get(url) ?? {
      methods: new Set(['OPTIONS']),
      ...(config.cors && { cors: config.cors }),
      ...(config.takesPageKey && { takesPageKey: config.takesPageKey }),
      ...(url.includes(':') && { pattern: new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`) }),
    }
    for (const name of [method].flat()) known.methods.add(name)
    routes.set(url, known)
  })
  return (url) => {
    const path = pathOf(url)
    if (path === undefined) return undefined
    return routes.get(path) ?? [...routes.values()].find(({ pattern }) => pattern?.test(path))
  }
}

/** The value of `Allow`. */
export function allowedMethods({ methods }: KnownRoute): string {
  return [...methods].sort().join(', ')
}

/**
 * Answers requests for which there is no route, before their body is read: 405 where another method would do, whatever
 * the method is called, else 404. To be called before the routes are added. `allowPage` lets the page read it.
 */
export function refuseUnknown(
  app: FastifyInstance,
  allowPage?: (request: FastifyRequest, reply: FastifyReply) => void,
): RouteAt {
  const routeAt = createRouteTable(app)
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done()
    allowPage?.(request, reply)
    const route = routeAt(request.url)
    if (!route) throw new HttpError('route_unknown')
    reply.header('allow', allowedMethods(route))
    throw new HttpError('method_not_allowed')
  })
  return routeAt
}
