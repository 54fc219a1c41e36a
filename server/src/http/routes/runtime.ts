import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { digestIn } from '../../snippet/chunks.ts'
import type { RuntimeFile } from '../../snippet/runtime-files.ts'
import { HttpError } from '../app/errors.ts'
import { namesTag } from '../app/etag.ts'
import type { RouteHandler } from '../app/route.ts'
import type { Route } from './route.ts'

const HEADERS = {
  'content-type': 'text/javascript; charset=utf-8',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'timing-allow-origin': '*',
}

/** The content of a name may change with the next build. */
const FOR_AN_HOUR = 'public, max-age=3600'

/** The name says the content. */
const FOR_EVER = 'public, max-age=31536000, immutable'

interface Script {
  bytes: Buffer
  digest: string
  cacheControl: string
}

function send(request: FastifyRequest, reply: FastifyReply, { bytes, digest, cacheControl }: Script): FastifyReply {
  const etag = `"${digest.slice(0, 22)}"`
  reply.headers({ ...HEADERS, 'cache-control': cacheControl, etag })
  if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
  return reply.send(bytes)
}

function serve(bytes: Buffer): RouteHandler {
  const script = {
    bytes,
    digest: createHash('sha256').update(bytes).digest('base64url'),
    cacheControl: FOR_AN_HOUR,
  }
  return { answer: async (request, reply) => send(request, reply, script) }
}

const summaries: { readonly [Name in RuntimeFile]: string } = {
  'prepaint.js': 'The tag',
  'prepaint-late.js': 'What the tag loads after the first paint, as tags of before its name had a digest ask for it',
  'prepaint-api.js': 'The calls that most pages never make, in the same way',
  'prepaint-tv.js': 'What changes live slots while the page is open, in the same way',
  'prepaint-vitals.js': 'Core Web Vitals, for pages that ask for them, in the same way',
  'prepaint-stub.js': 'The command queue, as `snippet` prints it',
}

/** `GET /prepaint.js` and what stands beside it. */
export const runtimeRoutes: readonly Route[] = Object.entries(summaries).map(([name, summary]) => ({
  method: 'get',
  path: `/${name}`,
  summary,
  answer: { mediaType: 'text/javascript' },
  cors: 'any',
  create({ runtime }) {
    const bytes = runtime[name]
    return bytes && serve(bytes)
  },
}))

/**
 * `GET /prepaint-late.<digest>.js` and the others that a tag loads: of this build, and of others that a page may hold the tag
 * of. They are found by name among those that are kept, and never looked for in a folder.
 */
export const chunkRoute: Route = {
  method: 'get',
  path: '/prepaint-{chunk}',
  pattern: '/prepaint-:chunk',
  summary:
    'What the tag of this or of another build loads: `late`, `api`, `tv` or `vitals`, its SHA-256, `js`, with dots between',
  parameters: ['chunk'],
  answer: { mediaType: 'text/javascript' },
  errors: ['route_unknown'],
  cors: 'any',
  // Other services ask the owner of the log, by any name.
  isOnBoth: true,
  takesAnyHost: true,
  create: ({ findChunk }) => ({
    async answer(request, reply) {
      const name = `prepaint-${(request.params as { chunk: string }).chunk}`
      const digest = digestIn(name)
      const bytes = digest === undefined ? undefined : await findChunk(name)
      if (digest !== undefined && bytes) return send(request, reply, { bytes, digest, cacheControl: FOR_EVER })
      // Another node may have it, or this one in a minute.
      reply.headers({ 'access-control-allow-origin': '*', 'cache-control': 'no-store' })
      throw new HttpError('route_unknown')
    },
  }),
}
