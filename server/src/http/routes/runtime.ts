import { createHash } from 'node:crypto'
import type { RuntimeFile } from '../../snippet/runtime-files.ts'
import { namesTag } from '../app/etag.ts'
import type { RouteHandler } from '../app/route.ts'
import type { Route } from './route.ts'

const HEADERS = {
  'content-type': 'text/javascript; charset=utf-8',
  'cache-control': 'public, max-age=3600',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'timing-allow-origin': '*',
}

function serve(bytes: Buffer): RouteHandler {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  return {
    async answer(request, reply) {
      reply.headers({ ...HEADERS, etag })
      if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send()
      return reply.send(bytes)
    },
  }
}

const summaries: { readonly [Name in RuntimeFile]: string } = {
  'prepaint.js': 'The tag',
  'prepaint-late.js': 'What the tag loads after the first paint',
  'prepaint-api.js': 'The calls that most pages never make',
  'prepaint-vitals.js': 'Core Web Vitals, for pages that ask for them',
  'prepaint-stub.js': 'The command queue, as `snippet` prints it',
}

/** `GET /prepaint.js` and what stands beside it: what the tag loads. */
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
