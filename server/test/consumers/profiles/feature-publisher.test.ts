import type { Feature } from 'prepaint/engine'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createFeaturePublisher, type DefinitionsOfLog } from '../../../src/consumers/profiles/feature-publisher.ts'
import type { FeaturesRecord, StoredRecord } from '../../../src/ingest/record.ts'
import { declare } from '../../../src/profiles/features/definitions.ts'
import { LogError } from '../../../src/streams/log.ts'
import { counting, feature } from '../../support/feature-log.ts'

const [a, b] = [counting('a'), counting('b')]

/** A publisher over a log that takes what it is given, or as often as it is told does not. */
function openPublisher(inForce: DefinitionsOfLog = { definitions: new Map(), epoch: 1 }, failures = 0) {
  const { promise: caughtUp, resolve: onCaughtUp } = Promise.withResolvers<void>()
  const records: FeaturesRecord[] = []
  const problems: string[] = []
  let left = failures
  const publisher = createFeaturePublisher({
    sink: {
      async append(some: readonly StoredRecord[]) {
        if (left-- > 0) throw new LogError('the disk is full')
        records.push(...(some as FeaturesRecord[]))
      },
    },
    caughtUp,
    inForce: () => inForce,
    now: () => 7,
    onProblem: (problem) => problems.push(problem),
    retryAfterMs: 1,
  })
  onTestFinished(publisher.stop)
  /** Returns the ids that each record declares. */
  const declared = (): string[] =>
    records.map(({ site, features }) => `${site}: ${features.map(({ id }) => id).join()}`)
  const catchUp = async (): Promise<void> => {
    onCaughtUp()
    await caughtUp
  }
  return { publisher, records, problems, declared, catchUp }
}

const inForce = (features: readonly Feature[], epoch = 1): DefinitionsOfLog => ({
  epoch: 1,
  definitions: new Map([['site', declare(undefined, { receivedMs: 1, features }, { epoch, offset: 5 })]]),
})

test('features are declared once it is known what is in force, and only what has changed', async () => {
  const { publisher, records, declared, catchUp } = openPublisher(inForce([a]))
  publisher.publish('site', [a, b])
  publisher.publish('other', [])
  expect(declared()).toEqual([])
  await catchUp()
  expect(declared()).toEqual(['site: a,b'])
  expect(records[0]).toEqual({
    kind: 'features',
    site: 'site',
    receivedMs: 7,
    features: [{ ...a, sinceOffset: 5 }, b],
  })
  publisher.publish('site', [b, a])
  publisher.publish('site', [])
  publisher.publish('site', [])
  await vi.waitFor(() => expect(declared()).toEqual(['site: a,b', 'site: ']))
})

test('what is in force is not declared again, but in a log that does not say it', async () => {
  const same = openPublisher(inForce([a]))
  same.publisher.publish('site', [a])
  await same.catchUp()
  expect(same.declared()).toEqual([])
  const older = openPublisher(inForce([a], 0))
  older.publisher.publish('site', [a])
  await older.catchUp()
  expect(older.declared()).toEqual(['site: a'])
  expect(older.records[0]?.features).toEqual([a])
})

test('a declaration that the log does not take is told once and tried again', async () => {
  const { publisher, problems, declared, catchUp } = openPublisher(undefined, 3)
  await catchUp()
  publisher.publish('site', [a])
  await vi.waitFor(() => expect(declared()).toEqual(['site: a']))
  expect(problems).toEqual(['site site: the features cannot be declared yet'])
})

test('features that are too large for a record are told, and nothing else is held up', async () => {
  const groups = { all: Array.from({ length: 70_000 }, (_none, index) => `product-${index}`) }
  const large = feature('large', { kind: 'ever', event: 'x', where: { sku: { $inGroup: 'all' } as never }, groups })
  const { publisher, problems, declared, catchUp } = openPublisher()
  await catchUp()
  publisher.publish('site', [large])
  publisher.publish('other', [a])
  expect(declared()).toEqual(['other: a'])
  expect(problems).toEqual([expect.stringContaining('too large')])
  expect(publisher.snapshot().map(({ site }) => site)).toEqual(['other'])
})

test('a file of the log begins with what is in force at its place, also if that is on its way only', async () => {
  const { publisher, catchUp } = openPublisher(inForce([a]))
  expect(publisher.snapshot()).toEqual([])
  await catchUp()
  expect(publisher.snapshot().map(({ features }) => features)).toEqual([[{ ...a, sinceOffset: 5 }]])
  publisher.publish('site', [b])
  expect(publisher.snapshot().map(({ features }) => features)).toEqual([[b]])
  publisher.publish('site', [])
  expect(publisher.snapshot()).toEqual([])
})
