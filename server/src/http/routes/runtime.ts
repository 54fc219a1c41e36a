import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Runtime } from '../../snippet/runtime-files.ts'
import { namesTag } from '../app/etag.ts'
import type { Operation } from '../schema/operation.ts'

/** OpenAPI's description of the routes. */
export const runtimeOperations: readonly Operation[] = [
  { method: 'get', path: '/prepaint.js', summary: 'The tag', answer: { mediaType: 'text/javascript' } },
  {
    method: 'get',
    path: '/prepaint-late.js',
    summary: 'What the tag loads after the first paint',
    answer: { mediaType: 'text/javascript' },
  },
  {
    method: 'get',
    path: '/prepaint-api.js',
    summary: 'The calls that most pages never make',
    answer: { mediaType: 'text/javascript' },
  },
  {
    method: 'get',
    path: '/prepaint-vitals.js',
    summary: 'Core Web Vitals, for pages that ask for them',
    answer: { mediaType: 'text/javascript' },
  },
  {
    method: 'get',
    path: '/prepaint-stub.js',
    summary: 'The command queue, as `snippet` prints it',
    answer: { mediaType: 'text/javascript' },
  },
]

const HEADERS = {
  'content-type': 'text/javascript; charset=utf-8',
  'cache-control': 'public, max-age=3600',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'timing-allow-origin': '*',
}

/** `GET /prepaint.js` and the late chunk beside it: what the tag loads. */
export function routeRuntime(app: FastifyInstance, runtime: Runtime): void {
  for (const [name, bytes] of Object.entries(runtime)) {
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    app.get(`/${name}`, { config: { cors: 'any' } }, async (request, reply) => {
      reply.headers({ ...HEADERS, etag })
      if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
      return reply.send(bytes)
    })
  }
}
