import { createServer } from 'node:http'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createFaultyService, type FaultyService } from '../../lab/network/fault.ts'
import { listen, type Listening } from '../../lab/network/listen.ts'

let service: Listening
let faulty: FaultyService

beforeAll(async () => {
  service = await listen(createServer((_request, response) => void response.end('{"v":1}')))
  faulty = await createFaultyService({ targetPort: service.port })
})

afterAll(async () => {
  await faulty.close()
  await service.close()
})

beforeEach(() => {
  faulty.setFault({ kind: 'none' })
  faulty.requests.clear()
})

function ask(signal?: AbortSignal): Promise<Response> {
  return fetch(`http://127.0.0.1:${faulty.port}/v1/decide`, { method: 'POST', body: '{}', ...(signal && { signal }) })
}

test('without a fault everything passes, and is counted with its time', async () => {
  const beforeMs = performance.timeOrigin + performance.now()
  expect(await (await ask()).json()).toEqual({ v: 1 })
  const [request] = faulty.requests.of('/v1/decide')
  expect(request?.atMs).toBeGreaterThanOrEqual(beforeMs)
  expect(faulty.requests.of('/v1/batch')).toEqual([])
})

test('a delayed answer is the right one, late', async () => {
  faulty.setFault({ kind: 'delay', delayMs: 80 })
  const startMs = performance.now()
  expect(await (await ask()).json()).toEqual({ v: 1 })
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(79)
})

test('one that never answers has taken the request and holds the connection', async () => {
  faulty.setFault({ kind: 'never' })
  await expect(ask(AbortSignal.timeout(150))).rejects.toMatchObject({ name: 'TimeoutError' })
  expect(faulty.requests.of('/v1/decide')).toHaveLength(1)
})

test('one that refuses cuts the connection', async () => {
  faulty.setFault({ kind: 'refuse' })
  await expect(ask()).rejects.toThrow('fetch failed')
})

test.each([
  { kind: 'garbage', status: 200, type: 'text/html', isJson: false },
  { kind: 'truncated', status: 200, type: 'application/json', isJson: false },
  { kind: 'status', status: 503, type: 'application/json', isJson: true },
] as const)('$kind answers $status with $type', async ({ kind, status, type, isJson }) => {
  faulty.setFault({ kind })
  const response = await ask()
  const parsed = (await response.json().catch(() => undefined)) as unknown
  expect([response.status, response.headers.get('content-type'), parsed !== undefined]).toEqual([status, type, isJson])
})

test('a fault ends when it is taken away', async () => {
  faulty.setFault({ kind: 'status' })
  await ask()
  faulty.setFault({ kind: 'none' })
  expect((await ask()).status).toBe(200)
})
