import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { freePort } from '../../../lab/network/free-port.ts'
import { createKeys } from '../../src/identity/key.ts'
import { openCqlStore } from '../../src/stores/cql/cql.ts'
import { CATALOG, EVENTS, type RunningService, startService, temporaryDirectory } from '../support/start-service.ts'
import { migrateTests, testAddress } from './open-store.ts'

beforeAll(migrateTests)

const CLI = fileURLToPath(new URL('../support/cli-fixture.ts', import.meta.url))

const secret = 's'.repeat(32)

/** Visitors who send at the same time, and batches of each. */
const VISITORS = 8
const BATCHES = 25

const STORE = (): string => `cql://${inject('cassandra').join(',')}/prepaint_test?dc=dc1`

/** A service that owns the log, in a process of its own; resolves when it listens. */
async function startOwner(directory: string, adminPort: number): Promise<ChildProcess> {
  const catalog = join(directory, 'catalog.yaml')
  await mkdir(directory, { recursive: true })
  await writeFile(catalog, CATALOG)
  const args = [
    'start',
    '--json',
    '--catalog',
    catalog,
    '--data',
    join(directory, 'data'),
    '--port',
    '0',
    '--admin-port',
    `${adminPort}`,
  ]
  const child = spawn(process.execPath, ['--conditions=source', CLI, ...args, '--store', STORE()], {
    env: { PATH: process.env['PATH'], PREPAINT_SECRET: secret },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(createInterface(child.stdout as NodeJS.ReadableStream), 'line')
  return child
}

/** Sends as a tag does: again and again until it is told that the batch is on disk. Returns how often it could not be. */
async function deliver({ batch }: RunningService, token: string, events: unknown[]): Promise<number> {
  for (let refusals = 0; ;) {
    const { status } = await batch(token, events)
    if (status === 200) return refusals
    // 429: on a machine that has too much to do.
    expect([429, 503]).toContain(status)
    if (status === 503) refusals++
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test(
  "an owner that is killed under load loses none of its follower's events and counts none twice; what is erased at the follower is gone",
  { timeout: 120_000 },
  async () => {
    const directory = await temporaryDirectory()
    const adminPort = await freePort()
    const owner = await startOwner(directory, adminPort)
    const follower = await startService({
      secret,
      store: STORE(),
      budgetMs: 2_000,
      visitorPerMinute: Infinity,
      forwardEvents: `http://127.0.0.1:${adminPort}`,
    })
    const tokens = await Promise.all(
      Array.from({ length: VISITORS }, async () => (await follower.decide()).body.token as string),
    )
    let delivered = 0
    const killed = Promise.withResolvers<void>()

    async function visit(token: string, visitor: number): Promise<number> {
      let refusals = 0
      for (let index = 0; index < BATCHES; index++) {
        const timestamp = new Date().toISOString()
        const events = [0, 1, 2].map((part) => ({
          type: 'track',
          event: 'Viewed',
          messageId: `${visitor}-${index}-${part}`,
          timestamp,
        }))
        refusals += await deliver(follower, token, events)
        if (++delivered === (VISITORS * BATCHES) / 4) killed.resolve()
      }
      return refusals
    }

    const visits = tokens.map(visit)
    await killed.promise
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    expect((await follower.decide({ token: tokens[0] })).status).toBe(200)
    const again = await startOwner(directory, adminPort)
    const refusals = await Promise.all(visits)
    expect(refusals.reduce((sum, count) => sum + count)).toBeGreaterThan(0)

    const store = openCqlStore({
      address: testAddress(),
      credentials: {},
      logId: 'looks',
      now: Date.now,
      onProblem: () => undefined,
    })
    onTestFinished(() => store.close())
    await store.opened()
    for (const token of tokens) {
      const views = async (): Promise<unknown> =>
        (await store.base('agency', token.split('.')[0] as string))?.profile?.events['Viewed']
      await expect.poll(views, { timeout: 30_000 }).toBe(BATCHES * 3)
    }
    const token = tokens[0] as string
    const headline = async (): Promise<unknown> => (await follower.decide({ token })).body.slots['headline']?.experience
    expect(await headline()).toBeUndefined()
    await deliver(follower, token, [EVENTS.identify, EVENTS.order])
    await expect.poll(headline, { timeout: 10_000 }).toBe('thanks')
    const erased = await follower.post(
      '/v1/erase',
      { token },
      { authorization: `Bearer ${createKeys(secret).issue({ site: 'agency', access: 'server' })}` },
    )
    expect(erased.status).toBe(202)
    await expect.poll(headline, { timeout: 10_000 }).toBeUndefined()
    expect(await store.base('agency', token.split('.')[0] as string)).toMatchObject({
      profile: undefined,
      position: { epoch: expect.any(Number) as number },
    })
    again.kill('SIGTERM')
    await once(again, 'exit')
  },
)
