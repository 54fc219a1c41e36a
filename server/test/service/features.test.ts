import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { decodeRecord } from '../../src/ingest/record.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import { CATALOG, EVENTS, type RunningService, startService, temporaryDirectory } from '../support/start-service.ts'

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
  return kinds
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
