import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Charge } from '../../../src/http/gate/limits.ts'
import { followControl } from '../../../src/service/workers/follow-control.ts'
import { type ControlServerOptions, serveControl } from '../../../src/service/workers/serve-control.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const STATE = { isBehind: false, isFenced: false, storeId: 1 }

/** A site whose one feature tells the version of its catalog. */
const siteOf = (version: string) => ({
  name: 'site',
  features: [{ id: version, definition: { kind: 'ever' as const, event: 'Viewed' } }],
  plan: { version, goals: [], experiences: [] },
})

async function serve(path: string, options: Partial<ControlServerOptions> = {}) {
  const server = await serveControl({
    path,
    state: () => STATE,
    onAgreed: () => undefined,
    onLeft: () => undefined,
    ...options,
  })
  onTestFinished(() => server.close())
  return server
}

function follow(path: string) {
  const heard = { written: [] as unknown[], commits: 0, definitions: 0, states: [] as unknown[] }
  const control = followControl({
    path,
    onWritten: (...written) => heard.written.push(written),
    onCommit: () => heard.commits++,
    onDefinitions: () => heard.definitions++,
    onState: ({ storeId }) => heard.states.push(storeId),
  })
  onTestFinished(() => control.close())
  const used: string[] = []
  control.agreement.onAgreed((file, version) => used.push(`${file} ${version}`))
  const charges: Charge[] = []
  control.exchange.onCharges((some) => charges.push(...some))
  return { control, heard, used, charges }
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

test('a version of a catalog is used once every worker can use it, and not by those that are there already', async () => {
  const path = join(await temporaryDirectory(), 'control.sock')
  const first = await serve(path)
  const [one, two] = [follow(path), follow(path)]
  await Promise.all([one.control.known, two.control.known])
  one.control.agreement.canUse('a.yaml', 'v1', siteOf('v1'))
  two.control.agreement.canUse('a.yaml', 'v2', siteOf('v2'))
  one.control.agreement.canUse('b.yaml', 'v1', siteOf('v1'))
  two.control.agreement.canUse('b.yaml', 'v1', siteOf('v1'))
  await vi.waitFor(() => expect([one.used, two.used]).toEqual([['b.yaml v1'], ['b.yaml v1']]))
  one.control.agreement.canUse('a.yaml', 'v2', siteOf('v2'))
  await vi.waitFor(() => expect([one.used.at(-1), two.used.at(-1)]).toEqual(['a.yaml v2', 'a.yaml v2']))
  // One that cannot use it is waited for no more when it has gone, and an owner that is new asks nobody.
  one.control.agreement.canUse('a.yaml', 'v3', siteOf('v3'))
  await first.close()
  two.control.close()
  await serve(path)
  await vi.waitFor(() => expect(one.used).toContain('a.yaml v3'))
})

test('the owner hears what a version declares once every worker can use it, also an owner that is new', async () => {
  const path = join(await temporaryDirectory(), 'control.sock')
  const agreed: string[] = []
  const onAgreed: ControlServerOptions['onAgreed'] = ({ features }) => agreed.push(features.map(({ id }) => id).join())
  const first = await serve(path, { onAgreed })
  const [one, two] = [follow(path), follow(path)]
  await Promise.all([one.control.known, two.control.known])
  one.control.agreement.canUse('a.yaml', 'v1', siteOf('v1'))
  two.control.agreement.canUse('a.yaml', 'v2', siteOf('v2'))
  one.control.agreement.canUse('a.yaml', 'v2', siteOf('v2'))
  await vi.waitFor(() => expect(agreed.at(-1)).toBe('v2'))
  agreed.length = 0
  await first.close()
  await serve(path, { onAgreed })
  await vi.waitFor(() => expect(agreed).toContain('v2'))
  expect(new Set(agreed)).toEqual(new Set(['v2']))
})

test('workers hear that the definitions of features have changed', async () => {
  const path = join(await temporaryDirectory(), 'control.sock')
  const server = await serve(path)
  const { control, heard } = follow(path)
  await control.known
  server.redefined()
  await vi.waitFor(() => expect(heard.definitions).toBe(1))
})

test('what passes the limits of one worker the others hear of, once', async () => {
  const path = join(await temporaryDirectory(), 'control.sock')
  await serve(path)
  const [one, two, three] = [follow(path), follow(path), follow(path)]
  await Promise.all([one, two, three].map(({ control }) => control.known))
  for (let count = 0; count < 3; count++) one.control.exchange.charged('visitor', 'site ann')
  one.control.exchange.charged('site', 'site')
  const charges = [
    ['visitor', 'site ann', 3],
    ['site', 'site', 1],
  ]
  await vi.waitFor(() => expect([two.charges, three.charges]).toEqual([charges, charges]))
  expect(one.charges).toEqual([])
})

test('half a message, of a process that was killed while it wrote, ends nobody', async () => {
  const path = join(await temporaryDirectory(), 'control.sock')
  const onLeft = vi.fn()
  await serve(path, { onLeft })
  const { control } = follow(path)
  await control.known
  connect(path).end('{"type":"char')
  await vi.waitFor(() => expect(onLeft).toHaveBeenCalledTimes(1))
  expect(control.isBehind()).toBe(false)
})
