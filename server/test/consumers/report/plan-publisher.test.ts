import { expect, onTestFinished, test, vi } from 'vitest'
import { createPlanPublisher } from '../../../src/consumers/report/plan-publisher.ts'
import type { PlanRecord, StoredRecord } from '../../../src/ingest/record.ts'
import { LogError } from '../../../src/streams/log.ts'
import type { DatedPlan } from '../../../src/tally/plan.ts'
import { PLAN } from '../../support/tally-records.ts'

const OTHER = { ...PLAN, version: 'v2', holdout: { share: 0.1, seed: 'held' } }

/** A publisher over a log that takes what it is given, or as often as it is told does not. */
function openPublisher(inForce?: DatedPlan, failures = 0) {
  const { promise: ready, resolve: onReady } = Promise.withResolvers<void>()
  const records: PlanRecord[] = []
  const problems: string[] = []
  let left = failures
  const publisher = createPlanPublisher({
    sink: {
      async append(some: readonly StoredRecord[]) {
        if (left-- > 0) throw new LogError('the disk is full')
        records.push(...(some as PlanRecord[]))
      },
    },
    ready,
    inForce: () => inForce,
    now: () => 7,
    onProblem: (problem) => problems.push(problem),
    retryAfterMs: 1,
  })
  onTestFinished(publisher.stop)
  const begin = async (): Promise<void> => {
    onReady()
    await ready
  }
  return { publisher, records, problems, begin }
}

test('a plan is written once it is known what is in force, and again only when it changes', async () => {
  const { publisher, records, begin } = openPublisher()
  publisher.publish('flora', PLAN)
  expect([records, publisher.snapshot()]).toEqual([[], []])
  await begin()
  expect(records).toEqual([{ kind: 'plan', site: 'flora', receivedMs: 7, plan: PLAN }])
  publisher.publish('flora', structuredClone(PLAN))
  publisher.publish('flora', OTHER)
  await vi.waitFor(() => expect(records.map(({ plan }) => plan.version)).toEqual(['v1', 'v2']))
})

test('what is in force is not written again; another version of it is, from the time at which it came into force', async () => {
  const { publisher, records, begin } = openPublisher({ ...PLAN, fromMs: 3 })
  publisher.publish('flora', PLAN)
  await begin()
  expect(records).toEqual([])
  publisher.publish('flora', { ...PLAN, version: 'v2' })
  const renamed = { kind: 'plan', site: 'flora', receivedMs: 7, fromMs: 3, plan: { ...PLAN, version: 'v2' } }
  await vi.waitFor(() => expect(records).toEqual([renamed]))
  expect(publisher.snapshot()).toEqual([renamed])
})

test('a plan that the log does not take is told once and tried again', async () => {
  const { publisher, records, problems, begin } = openPublisher(undefined, 3)
  await begin()
  publisher.publish('flora', PLAN)
  await vi.waitFor(() => expect(records).toHaveLength(1))
  expect(problems).toEqual(['site flora: the plan of the catalog cannot be written yet'])
})
