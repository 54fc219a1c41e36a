import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../../../src/http/app/app.ts'
import { namesTag } from '../../../src/http/app/etag.ts'
import { addRoute } from '../../../src/http/app/route.ts'
import type { RouteCore } from '../../../src/http/routes/route.ts'
import { runtimeRoutes } from '../../../src/http/routes/runtime.ts'

test('the tag and its late chunk may be loaded and kept by any page', async () => {
  const app = createApp({
    logStream: { write: () => undefined },
    requestTimeoutMs: 10_000,
    logRequests: false,
    maxConnections: 100,
  })
  onTestFinished(() => app.close())
  const runtime = { 'prepaint.js': Buffer.from('tag()'), 'prepaint-late.js': Buffer.from('late()') }
  for (const route of runtimeRoutes) {
    const handler = route.create({ runtime } as Partial<RouteCore> as RouteCore)
    if (handler) addRoute(app, { ...route, pattern: route.path }, handler)
  }
  const url = await app.listen({ port: 0 })
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
