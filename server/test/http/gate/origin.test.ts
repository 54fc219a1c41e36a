import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CATALOG, ORIGIN, startService, temporaryDirectory } from '../../support/start-service.ts'

test('an allowed origin is echoed exactly, on errors too', async () => {
  const { decide, post } = await startService()
  const good = await decide({}, { origin: ORIGIN })
  const bad = await post('/v1/decide', '{', { origin: ORIGIN })
  expect([good.status, bad.status]).toEqual([200, 400])
  for (const { headers } of [good, bad]) {
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN)
    expect(headers.get('timing-allow-origin')).toBe(ORIGIN)
    expect(headers.get('vary')).toBe('Origin')
  }
})

test('a request without an origin is no browser and needs no permission', async () => {
  const { decide } = await startService()
  const { status, headers } = await decide()
  expect(status).toBe(200)
  expect(headers.get('access-control-allow-origin')).toBeNull()
  expect(headers.get('vary')).toBe('Origin')
})

test.each([
  'https://evil.example',
  'http://www.brand.example',
  'https://www.brand.example:8443',
  'https://www.brand.example.evil.example',
  'https://evil-www.brand.example',
  'https://www.brand.example@evil.example',
  'https://www.brand.example.',
  'https://www.brand.example/',
  'https://WWW.brand.example',
  'null',
  '*',
  'http://localhost:3000',
])('origin %s is refused', async (origin) => {
  const { post } = await startService()
  for (const path of ['/v1/decide', '/v1/batch']) {
    const { status, headers, body } = await post(path, '{}', { origin })
    expect([path, status, body.error.code]).toEqual([path, 403, 'origin_forbidden'])
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('set-cookie')).toBeNull()
  }
})

test("one site's origin may not ask for another site", async () => {
  const directory = await temporaryDirectory()
  const other = join(directory, 'other.yaml')
  const first = join(directory, 'first.yaml')
  await writeFile(first, CATALOG)
  await writeFile(other, 'site: other\norigins: [https://other.example]\nslots: { hero: {} }\n')
  const { decide } = await startService({ catalogs: [first, other] })
  expect((await decide({ site: 'other' }, { origin: 'https://other.example' })).status).toBe(200)
  expect((await decide({ site: 'other' }, { origin: ORIGIN })).status).toBe(403)
  expect((await decide({ site: 'agency' }, { origin: 'https://other.example' })).status).toBe(403)
})

test('in development every page of the own machine may ask, and nobody else', async () => {
  const { decide } = await startService({ allowLoopbackOrigins: true })
  const ours = ['http://localhost:3000', 'https://localhost', 'http://127.0.0.1:8080', 'http://shop.localhost:1']
  for (const origin of ours) {
    const { status, headers } = await decide({}, { origin })
    expect([origin, status, headers.get('access-control-allow-origin')]).toEqual([origin, 200, origin])
  }
  for (const origin of ['http://localhost.evil.example', 'http://127.0.0.1.evil.example', 'http://evil-localhost']) {
    expect((await decide({}, { origin })).status).toBe(403)
  }
})
