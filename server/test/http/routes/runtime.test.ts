import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../../src/http/app/app.ts'
import { namesTag } from '../../../src/http/app/etag.ts'
import { addRoute } from '../../../src/http/app/route.ts'
import type { RouteCore } from '../../../src/http/routes/route.ts'
import { chunkRoute, runtimeRoutes } from '../../../src/http/routes/runtime.ts'
import { chunk } from '../../support/chunks.ts'

/** A service that has a tag and these chunks. */
async function serve(chunks: ReadonlyMap<string, Buffer>): Promise<string> {
  const app = createApp({
    logStream: { write: () => undefined },
    requestTimeoutMs: 10_000,
    logRequests: false,
    maxConnections: 100,
  })
  onTestFinished(() => app.close())
  const runtime = { 'prepaint.js': Buffer.from('tag()'), 'prepaint-late.js': Buffer.from('late()') }
  const core: Partial<RouteCore> = { runtime, findChunk: (name) => chunks.get(name) }
  for (const route of [...runtimeRoutes, chunkRoute]) {
    const handler = route.create(core as RouteCore)
    if (handler) addRoute(app, { pattern: route.path, ...route }, handler)
  }
  return app.listen({ port: 0 })
}

test('the tag, and a late chunk that has no digest in its name, may be loaded and kept for an hour by any page', async () => {
  const url = await serve(new Map())
  const response = await fetch(`${url}/prepaint.js`)
  expect(await response.text()).toBe('tag()')
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=3600',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'timing-allow-origin': '*',
  })
  const etag = response.headers.get('etag') as string
  expect(etag).toMatch(/^"[\w-]{22}"$/)
  const again = await fetch(`${url}/prepaint.js`, { headers: { 'if-none-match': etag } })
  expect([again.status, await again.text()]).toEqual([304, ''])
  const late = await fetch(`${url}/prepaint-late.js`, { headers: { 'if-none-match': etag } })
  expect([late.status, await late.text()]).toEqual([200, 'late()'])
})

test('a chunk with its digest in its name may be kept for ever', async () => {
  const [name, bytes] = chunk('late', 'earlier()')
  const url = await serve(new Map([[name, bytes]]))
  const response = await fetch(`${url}/${name}`)
  expect((await response.text()).trim()).toBe('earlier()')
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'timing-allow-origin': '*',
  })
  const etag = response.headers.get('etag') as string
  expect((await fetch(`${url}/${name}`, { headers: { 'if-none-match': etag } })).status).toBe(304)
})

test.each([
  `prepaint-late.${'A'.repeat(43)}.js`,
  'prepaint-late..js',
  'prepaint-__proto__',
  'prepaint-constructor.js',
  'prepaint-late.js.map',
  'prepaint-%2e%2e%2f%2e%2e%2fsecret',
  'prepaint-..%5c..%5csecret',
  `prepaint-${'a'.repeat(4_000)}`,
  `prepaint-late.${createHash('sha256').update('-_').digest('base64url')}.js`,
])('a name that nobody has built is not found, and nobody keeps that: %s', async (name) => {
  const url = await serve(new Map([chunk('late', 'earlier()')]))
  const response = await fetch(`${url}/${name}`)
  expect([
    response.status,
    response.headers.get('cache-control'),
    response.headers.get('access-control-allow-origin'),
  ]).toEqual([404, 'no-store', '*'])
  expect(await response.json()).toMatchObject({ error: { code: 'route_unknown' } })
})

test.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"other", "a"', true],
  ['W/"other" ,W/"a"', true],
  ['*', true],
  [' * ', true],
  ['"a-gzip"', true],
  ['"a-br"', true],
  ['"a;x", "a"', true],
  ['"b"', false],
  ['a', false],
  ['"ab"', false],
  ['"a-b"', false],
  ['', false],
  [undefined, false],
  ['*, "b"', false],
  [',,"a",', true],
  [`${'"b",'.repeat(20_000)}"a"`, true],
  [`${','.repeat(20_000)}"`, false],
])('If-None-Match %j names the tag "a": %j', (header, isNamed) => {
  expect(namesTag(header, '"a"')).toBe(isNamed)
})
