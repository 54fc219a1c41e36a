import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { signLink } from '../../src/identity/link.ts'
import { decodeRecord } from '../../src/ingest/record.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import {
  CATALOG,
  EVENTS,
  type RunningService,
  SENT_AT,
  startService,
  temporaryDirectory,
} from '../support/start-service.ts'

const catalogOf = (features: string): string => `${CATALOG}features:\n${features}`
const ORDERS = '  orders: { kind: count, event: Order Completed, within: 7d }\n'
const SPENT = '  spent: { kind: sum, event: Order Completed, of: total, within: 7d, where: { total: { $gt: 1 } } }\n'

/** Reads the kinds of the features that are in force in the store of a service. */
async function read({ dataDirectory }: RunningService) {
  const store = openLmdbStore(join(dataDirectory, 'profiles'), { isReadOnly: true })
  const { features = [] } = (await store.readDefinitions()).get('agency') ?? {}
  await store.close()
  return features.map(({ definition }) => definition.kind)
}

async function kindsInLog({ dataDirectory }: RunningService): Promise<string[]> {
  const log = await openSegments({ directory: join(dataDirectory, 'log') })
  const kinds: string[] = []
  for await (const entry of log.read(0)) kinds.push(decodeRecord(entry).kind)
  await log.close()
  // Of every catalog there is a plan, too.
  return kinds.filter((kind) => kind !== 'plan')
}

test("a service declares its catalog's features, and those of a catalog that takes its place; none twice", async () => {
  const dataDirectory = await temporaryDirectory()
  const first = await startService({ dataDirectory, catalog: catalogOf(ORDERS) })
  await vi.waitFor(async () => expect(await read(first)).toEqual(['count']))
  await writeFile(first.catalogFile, catalogOf(ORDERS + SPENT))
  await vi.waitFor(async () => expect(await read(first)).toEqual(['count', 'sum']), { timeout: 10_000 })
  await first.service.close()
  // The file's first record is what is in force at its place, whatever follows.
  expect(await kindsInLog(first)).toEqual(['features', 'features', 'features'])

  const second = await startService({ dataDirectory, catalog: catalogOf(ORDERS + SPENT) })
  await second.batch((await second.decide()).body.token as string, [EVENTS.order])
  await second.service.caughtUp()
  await second.service.close()
  expect((await kindsInLog(second)).slice(3)).toEqual(['features', 'event'])
  expect(await read(second)).toEqual(['count', 'sum'])
})

/** A service whose headline thanks whoever has ordered twice within a week, and whose masthead greets whoever has not. */
function startThanking(config: Parameters<typeof startService>[0] = {}) {
  const catalog = `site: agency
origins: [https://www.brand.example]
slots: { headline: {}, masthead: {} }
features:
${ORDERS}audiences:
  loyal: { features.orders: { $gte: 2 } }
  new: { features.orders: 0 }
experiences:
  - { id: thanks, slot: headline, audience: loyal, variants: [{ id: thanks, do: [{ text: Thank you }] }] }
  - { id: greeting, slot: masthead, audience: new, variants: [{ id: greeting, do: [{ text: Hello }] }] }
`
  return startService({ catalog, ...config })
}

const order = (number: number) => ({ ...EVENTS.order, messageId: `order-${number}`, timestamp: SENT_AT })

/** Experiences that a decision has chosen. */
async function chosen(running: RunningService, question: object): Promise<unknown[]> {
  const { slots } = (await running.decide(question)).body
  return Object.values(slots).map(({ experience }) => experience)
}

test('the decision that follows upon an event knows the feature that it has changed', async () => {
  const running = await startThanking()
  await vi.waitFor(async () => expect(await chosen(running, {})).toEqual([undefined, 'greeting']))
  const { token } = (await running.decide()).body
  await running.batch(token as string, [order(1)])
  await running.service.caughtUp()
  expect(await chosen(running, { token })).toEqual([undefined, undefined])
  await running.batch(token as string, [order(1), order(2)])
  await running.service.caughtUp()
  expect(await chosen(running, { token })).toEqual(['thanks', undefined])
})

test('a feature that was declared after a visitor had come is known of new ones, and of that visitor once it is filled', async () => {
  const dataDirectory = await temporaryDirectory()
  const before = await startService({ dataDirectory })
  const { token } = (await before.decide()).body
  await before.batch(token as string, [order(1), order(2)])
  await before.service.close()
  const running = await startThanking({ dataDirectory })
  await vi.waitFor(async () => expect(await chosen(running, {})).toEqual([undefined, 'greeting']))
  await vi.waitFor(async () => expect(await chosen(running, { token })).toEqual(['thanks', undefined]), {
    timeout: 10_000,
  })
})

test('who opens a link takes the features along, and those of the user are joined with them', async () => {
  const secret = 's'.repeat(32)
  const running = await startThanking({ secret })
  await vi.waitFor(async () => expect(await chosen(running, {})).toEqual([undefined, 'greeting']))
  const { token } = (await running.decide()).body
  await running.batch(token as string, [order(1)])
  const keys = createKeys(secret)
  await running.post('/v1/track', {
    writeKey: keys.issue({ site: 'agency', access: 'events' }),
    userId: 'ann',
    event: 'Order Completed',
    messageId: 'on the phone',
  })
  await running.service.caughtUp()
  const link = signLink({ userId: 'ann', days: 1, serverKey: keys.issue({ site: 'agency', access: 'server' }) })
  const linked = (await running.decide({ token, link })).body
  expect(linked.slots['headline']?.experience).toBe('thanks')
  await running.service.caughtUp()
  await running.batch(linked.token as string, [order(2)])
  await running.service.caughtUp()
  // Without the user two are of this browser.
  expect(await chosen(running, { token: linked.token, unlink: true })).toEqual(['thanks', undefined])
})
