import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Validator as DocumentValidator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { errors } from '../../../src/http/app/errors.ts'
import { createKeys } from '../../../src/identity/key.ts'
import { openSegments } from '../../../src/streams/file-log/segments.ts'
import { runCommand } from '../../support/run-command.ts'
import { EVENTS, type Fields, PAGE, SENT_AT, startService, temporaryDirectory } from '../../support/start-service.ts'

interface Document {
  paths: {
    [path: string]: {
      [method: string]: {
        operationId: string
        responses: { [status: string]: { content?: { [type: string]: { schema: object } } } }
      }
    }
  }
}

const secret = 's'.repeat(32)
const keys = createKeys(secret)
const writeKey = keys.issue({ site: 'agency', access: 'events' })
const bearer = { authorization: `Bearer ${keys.issue({ site: 'agency', access: 'server' })}` }
const document = JSON.parse((await runCommand(['openapi'])).stdout) as Document

/** Every route, but for what browsers and caches ask on their own account, that is added while `act` runs, as OpenAPI writes it. */
async function routesAddedBy(act: () => Promise<unknown>): Promise<string[]> {
  const routes: string[] = []
  const onCreated = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
      routes.push(`${String(method).toLowerCase()} ${url.replace(':key', '{contextKey}').replace(/:(\w+)/g, '{$1}')}`)
    })
  }
  subscribe('fastify.initialization', onCreated)
  onTestFinished(() => void unsubscribe('fastify.initialization', onCreated))
  await act()
  return [...new Set(routes)].filter((route) => !/^(head|options) /.test(route))
}

test('the document describes every route and nothing else', async () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  )
  const added = await routesAddedBy(() => startService())
  expect(described.sort()).toEqual(added.sort())
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  )
  expect(new Set(ids).size).toBe(ids.length)
})

test('the document is sound by the schema of OpenAPI 3.1, and is served as it is printed', async () => {
  expect(await new DocumentValidator().validate(structuredClone<{ [part: string]: unknown }>({ ...document }))).toEqual(
    { valid: true },
  )
  const { url } = await startService()
  const response = await fetch(`${url}/v1/openapi.json`)
  expect([response.status, await response.json()]).toEqual([200, document])
})

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
ajv.addSchema({ $id: 'document', ...document })
// The document's own words are no keywords of JSON Schema.
ajv.addVocabulary(['openapi', 'info', 'servers', 'paths', 'components'])

/** The schema of an answer; an answer that the document does not know fails. */
function answerSchema(path: string, method: string, status: number, type: string): object {
  const place = ['paths', path, method, 'responses', `${status}`, 'content', type, 'schema']
  const known = place.reduce<unknown>((value, key) => (Object(value) as { [key: string]: unknown })[key], document)
  if (known === undefined) throw new Error(`${method} ${path} is not described with ${status} ${type}`)
  const pointer = place.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
  return { $ref: `document#/${pointer}` }
}

/** A question, and the status that answers it. */
type Example = [
  path: string,
  status: number,
  send: { address?: string; body?: unknown; headers?: Fields; method?: 'get' | 'post' },
]

const question = { v: 1, site: 'agency', consent: 'granted', page: { ...PAGE, campaign: 'spring' } }
const drawn = { experience: 'e', variant: 'a', outcome: 'shown' }
const message = { writeKey, userId: 'u1', event: 'x', groupId: 'g', previousId: 'p' }

function examples(token: string): Example[] {
  const batch = {
    v: 1,
    site: 'agency',
    consent: 'granted',
    token,
    sentAt: SENT_AT,
    batch: [EVENTS.page, EVENTS.order, EVENTS.identify, 7],
  }
  const singles = ['track', 'page', 'identify', 'group', 'alias', 'screen'].flatMap((type) => [type, type.charAt(0)])
  const context = '/v1/decide/{site}/{contextKey}'
  return [
    ['/v1/decide', 200, { body: question }],
    ['/v1/decide', 200, { body: { ...question, consent: 'denied' } }],
    ['/v1/decide', 200, { body: { ...question, userId: 'u1' }, headers: bearer }],
    ['/v1/decide', 400, { body: {} }],
    ['/v1/decide', 401, { body: { ...question, userId: 'u1' } }],
    ['/v1/decide', 404, { body: { ...question, site: 'x' } }],
    ['/v1/decide', 403, { body: question, headers: { origin: 'https://evil.example' } }],
    ['/v1/decide', 413, { body: 'x'.repeat(70_000) }],
    ['/v1/decide', 415, { body: '{}', headers: { 'content-type': 'image/png' } }],
    [context, 200, { address: '/v1/decide/agency/campaign=spring', method: 'get' }],
    [context, 400, { address: '/v1/decide/agency/x=y', method: 'get' }],
    [context, 404, { address: '/v1/decide/x/any', method: 'get' }],
    ['/v1/batch', 200, { body: batch }],
    ['/v1/b', 200, { body: { batch: [EVENTS.page], writeKey } }],
    ['/v1/import', 200, { body: { batch: [EVENTS.page], writeKey } }],
    ['/v1/batch', 415, { body: batch, headers: { 'content-encoding': 'compress' } }],
    ['/v1/batch', 401, { body: { ...batch, token: 'x' } }],
    ['/v1/batch', 403, { body: { ...batch, consent: 'denied' } }],
    ['/v1/batch', 401, { body: { batch: [], writeKey: 'x' }, headers: { authorization: 'Basic x' } }],
    ...singles.map((name): Example => [`/v1/${name}`, 200, { body: message }]),
    ...singles.map((name): Example => [`/v1/${name}`, 400, { body: { writeKey } }]),
    ...['/v1/doctor', '/v1/openapi.json', '/healthz', '/readyz', '/readyz/region'].map((path): Example => [
      path,
      200,
      { method: 'get' },
    ]),
    ['/prepaint-{chunk}', 404, { address: `/prepaint-late.${'A'.repeat(43)}.js`, method: 'get' }],
    ['/v1/tv', 202, { body: { v: 1, site: 'agency', statements: [] }, headers: bearer }],
    ['/v1/tv', 400, { body: {}, headers: bearer }],
    ['/v1/tv', 401, { body: { v: 1, site: 'agency' } }],
    ['/v1/counts', 200, { body: { v: 1, site: 'agency', counts: [drawn] } }],
    ['/v1/counts', 400, { body: { v: 1, site: 'agency', counts: [] } }],
    ['/v1/content/{site}/{content}', 404, { address: '/v1/content/agency/none', method: 'get' }],
    ['/v1/live', 404, { address: '/v1/live?site=agency', method: 'get' }],
    ['/v1/live', 400, { address: `/v1/live?site=agency&click=${'x'.repeat(65)}`, method: 'get' }],
    ['/v1/erase', 202, { body: { userId: 'u1' }, headers: bearer }],
    ['/v1/erase', 400, { body: {}, headers: bearer }],
    ['/v1/erase', 401, { body: { userId: 'u1' } }],
  ]
}

test('every answer of every route is as the document says', async () => {
  const { url, decide } = await startService({ secret })
  const token = (await decide()).body.token as string
  const asked = new Set<string>()
  for (const [path, status, { address = path, body, headers, method = 'post' }] of examples(token)) {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(url + address, method === 'get' ? {} : { method, body: text, headers: headers ?? {} })
    expect([method, address, response.status]).toEqual([method, address, status])
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';')
    const accepts = ajv.compile(answerSchema(path, method, status, type))
    const answer = await response.json()
    accepts(answer)
    expect([address, answer, accepts.errors]).toEqual([address, answer, null])
    asked.add(path)
  }
  expect(Object.keys(document.paths).filter((path) => !asked.has(path))).toEqual([
    '/prepaint.js',
    '/prepaint-late.js',
    '/prepaint-api.js',
    '/prepaint-tv.js',
    '/prepaint-vitals.js',
    '/prepaint-stub.js',
    '/metrics',
    '/v1/report',
    '/v1/log',
    '/v1/tv/records',
  ])
})

test('an answer that the document does not know would be noticed', () => {
  expect(() => answerSchema('/v1/decide', 'post', 418, 'application/json')).toThrow('is not described')
  const accepts = ajv.compile(answerSchema('/v1/decide', 'post', 200, 'application/json'))
  expect(
    accepts({ v: 1, catalog: 'x', consent: 'granted', ttlMs: 1, slots: { a: { reason: 'none', tier: 'live' } } }),
  ).toBe(false)
})

test('scripts and metrics are of the type that the document says', async () => {
  const { url, service } = await startService()
  for (const [base, path] of [
    [url, '/prepaint.js'],
    [url, '/prepaint-late.js'],
    [url, '/prepaint-api.js'],
    [url, '/prepaint-tv.js'],
    [url, '/prepaint-vitals.js'],
    [url, '/prepaint-stub.js'],
    [service.adminAddress?.url, '/metrics'],
    [service.adminAddress?.url, '/v1/report'],
  ] as const) {
    const response = await fetch(`${base}${path}?site=agency`)
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';')
    expect([path, response.status, answerSchema(path, 'get', 200, type)]).toMatchObject([path, 200, {}])
  }
})

test('a log that takes nothing answers as the document says, with when to come back', async () => {
  const openFile = () => Promise.reject(new Error('ENOSPC'))
  const log = await openSegments({ directory: await temporaryDirectory(), openFile })
  const { post } = await startService({ secret }, { log })
  const answer = await post('/v1/track', message)
  const accepts = ajv.compile(answerSchema('/v1/track', 'post', 503, 'application/json'))
  expect([answer.status, answer.headers.get('retry-after'), accepts(answer.body)]).toEqual([503, '5', true])
})

test('every error of the service is in the document, but for those of no route', () => {
  const text = JSON.stringify(document.paths)
  expect(Object.keys(errors).filter((code) => !text.includes(`\`${code}\``))).toEqual([
    'method_not_allowed',
    'request_invalid',
    'request_late',
    'headers_too_large',
    'host_forbidden',
  ])
})
