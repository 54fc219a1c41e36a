import { readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exampleBodies, httpReference, openApiDocument } from '../../scripts/http-reference.mjs'
import { carryOut } from '../examples/carry-out.ts'

const root = new URL('../../', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8')

test('docs/http.md says what the OpenAPI description says: `npm run api` writes it anew', () => {
  expect(read('docs/http.md')).toBe(httpReference(openApiDocument()))
})

test('no cell of docs/http.md is empty', () => {
  expect(read('docs/http.md').split('\n').filter((line) => /^\|.*\|\s*\|/.test(line))).toEqual([])
})

test("the service takes the examples of docs/http.md, with the README's catalog", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-http-'))
  const catalog = join(directory, 'catalog.yaml')
  await writeFile(catalog, /```yaml\n([\s\S]*?)```/.exec(read('README.md'))?.[1] ?? '')
  const bin = `${process.execPath} ${new URL('server/bin/prepaint-server.mjs', root).pathname}`
  const said = await carryOut(`${bin} dev --catalog ${catalog} --data ${directory}/data --port 0 --admin-port 0`, {
    cwd: directory,
    ready: /listens at \S+,/,
  })
  const [, url = ''] = /listens at (\S+),/.exec(said) ?? []
  const keyFor = async (access: string) =>
    (await carryOut(`${bin} key --site shop --for ${access} --data ${directory}/data`, { cwd: directory })).trim()
  const post = async (path: string, change: object, authorization?: string) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
      body: JSON.stringify({ ...exampleBodies[path], ...change }),
    })
    return [response.status, await response.json()] as [number, { token?: string }]
  }

  expect(await post('/v1/decide', {})).toMatchObject([200, { slots: { headline: { reason: 'no-id' } } }])
  const [, { token }] = await post('/v1/decide', { consent: 'granted' })
  expect(await post('/v1/batch', { token })).toEqual([200, { v: 1, results: ['accepted'], nowMs: expect.any(Number) }])
  const events = Buffer.from(`${await keyFor('events')}:`).toString('base64')
  expect(await post('/v1/track', {}, `Basic ${events}`)).toEqual([200, { v: 1, results: ['accepted'] }])
  expect(await post('/v1/erase', {}, `Bearer ${await keyFor('server')}`)).toMatchObject([202, { v: 1 }])
  expect(Object.keys(exampleBodies)).toHaveLength(4)
})
