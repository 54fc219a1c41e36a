import { beforeAll, expect, inject, test } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { SCHEMA_VERSION } from '../../src/stores/cql/statements.ts'
import { EVENTS, startService } from '../support/start-service.ts'
import { migrateTests } from './open-store.ts'

const STORE = (): string => `cql://${inject('cassandra').join(',')}/prepaint_test?dc=dc1`

beforeAll(migrateTests)

/** The budget is wide: what is proved here is the way, and the machine has three nodes to run. */
const settings = { budgetMs: 2_000 }

test('configuration alone moves profiles into the cluster', async () => {
  const { service, decide, batch } = await startService({ ...settings, store: STORE() })
  const first = (await decide()).body
  expect(first.slots['masthead']).toMatchObject({ tier: 'live', experience: 'welcome' })
  const token = first.token as string
  expect((await batch(token, [EVENTS.identify, EVENTS.order])).body.results).toEqual(['accepted', 'accepted'])
  await service.caughtUp()
  expect((await decide({ token })).body.slots['headline']).toMatchObject({ tier: 'live', experience: 'thanks' })
})

test('what was learnt is in the cluster, not in the process', async () => {
  const secret = 'a'.repeat(64)
  const one = await startService({ ...settings, store: STORE(), secret })
  const token = (await one.decide()).body.token as string
  await one.batch(token, [EVENTS.identify, EVENTS.order])
  await one.service.caughtUp()
  await one.service.close()
  const other = await startService({ ...settings, store: STORE(), secret })
  await other.service.caughtUp()
  expect((await other.decide({ token })).body.slots['headline']).toMatchObject({ tier: 'live', experience: 'thanks' })
})

test('without a cluster every decision is answered from its context, and the service is not ready', async () => {
  const { decide, logged, url } = await startService({ store: 'cql://127.0.7.99/prepaint_test?dc=dc1' })
  const token = (await decide()).body.token as string
  expect((await decide({ token })).body.slots['masthead']?.tier).toBe('contextual')
  expect((await fetch(`${url}/readyz`)).status).toBe(503)
  expect(String((await logged(({ msg }) => /cannot be entered/.test(String(msg))))['msg'])).toContain('data centre dc1')
})

test('a keyspace that is missing is told, and decisions go on', async () => {
  const { decide, logged } = await startService({ ...settings, store: STORE().replace('prepaint_test', 'nowhere') })
  const token = (await decide()).body.token as string
  expect((await decide({ token })).body.slots['masthead']?.tier).toBe('contextual')
  const line = await logged(({ msg }) => /profiles cannot be written/.test(String(msg)))
  expect(JSON.stringify(line)).toContain('nowhere')
})

async function migrate(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', '']
  const io = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    env: {},
    ended: new Promise<void>(() => undefined),
  }
  return { code: await main(['migrate', ...args], io), out, err }
}

test('migrate brings a keyspace up to date, and can be run again', async () => {
  const store = STORE().replace('prepaint_test', 'prepaint_migrated')
  for (const before of [0, SCHEMA_VERSION])
    expect(await migrate('--store', store, '--json')).toMatchObject({
      code: 0,
      out: `${JSON.stringify({ before, after: SCHEMA_VERSION })}\n`,
    })
})

test('migrate says what is wrong with its address', async () => {
  expect(await migrate('--store', 'cql://h/k')).toMatchObject({
    code: 2,
    err: expect.stringContaining('dc=') as string,
  })
  expect(await migrate('--store', STORE(), '--replication-factor', '9')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--replication-factor') as string,
  })
})
