import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type ControlServerOptions, followControl, serveControl } from '../../../src/service/workers/control.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const STATE = { isBehind: false, isFenced: false, storeId: 1 }

async function serve(path: string, options: Partial<ControlServerOptions> = {}) {
  const server = await serveControl({ path, state: () => STATE, onLeft: () => undefined, ...options })
  onTestFinished(() => server.close())
  return server
}

function follow(path: string) {
  const heard = { written: [] as unknown[], commits: 0, states: [] as unknown[] }
  const control = followControl({
    path,
    onWritten: (...written) => heard.written.push(written),
    onCommit: () => heard.commits++,
    onState: ({ storeId }) => heard.states.push(storeId),
  })
  onTestFinished(() => control.close())
  return { control, heard }
}

test('a worker knows whether the owner is behind, and hears of what it has written, once for all of a commit', async () => {
  const path = join(await temporaryDirectory(), 'control.sock')
  let isBehind = false
  const server = await serve(path, { state: () => ({ ...STATE, isBehind }) })
  const { control, heard } = follow(path)
  await control.known
  expect(control.isBehind()).toBe(false)
  server.written('site', 'ann', undefined)
  server.written('site', 'bob', { link: { untilMs: 7 } })
  await vi.waitFor(() => expect(heard.commits).toBe(1))
  expect(heard.written).toEqual([
    ['site', 'ann', {}],
    ['site', 'bob', { link: { untilMs: 7 } }],
  ])
  isBehind = true
  await vi.waitFor(() => expect(control.isBehind()).toBe(true))
})

test('a worker waits for its owner, and goes over to the one that takes its place', async () => {
  const path = join(await temporaryDirectory(), 'control.sock')
  const { control, heard } = follow(path)
  const first = await serve(path)
  await control.known
  await first.close()
  await serve(path, { state: () => ({ ...STATE, storeId: 2, isFenced: true }) })
  await vi.waitFor(() => expect(heard.states.at(-1)).toBe(2))
  expect(heard.states[0]).toBe(1)
  expect(control.isFenced()).toBe(true)
})

test('the owner hears of each worker that has gone, and when all have', async () => {
  const path = join(await temporaryDirectory(), 'control.sock')
  const onLeft = vi.fn()
  const server = await serve(path, { onLeft })
  await server.left()
  const [one, two] = [follow(path), follow(path)]
  await Promise.all([one.control.known, two.control.known])
  const left = server.left()
  one.control.close()
  await vi.waitFor(() => expect(onLeft).toHaveBeenCalledTimes(1))
  two.control.close()
  await left
  expect(onLeft).toHaveBeenCalledTimes(2)
})
