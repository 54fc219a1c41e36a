import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCounting } from '../../../src/consumers/report/counting.ts'
import type { StoredRecord } from '../../../src/ingest/record.ts'
import type { Plan } from '../../../src/tally/plan.ts'
import type { SiteTallies } from '../../../src/tally/tallies.ts'
import { naiveOutcomes } from '../../support/naive-tallies.ts'
import {
  assigned,
  BEGAN_MS,
  erasure,
  event,
  link,
  order,
  ORDERS,
  outcomeLines,
  PLAN,
  planRecord,
  textOfTallies,
  user,
} from '../../support/tally-records.ts'

/** Counts records, with rows written and read again after so many. */
function count(records: readonly StoredRecord[], writesEvery = Infinity): SiteTallies {
  const rows = new Map<string, string>()
  const counting = createCounting({
    stored: { sites: new Map(), cells: [] },
    readRow: (site, id) => rows.get(`${site} ${id}`),
  })
  for (const [index, record] of records.entries()) {
    counting.add(record)
    if ((index + 1) % writesEvery !== 0) continue
    for (const { site, id, text } of counting.take().rows) {
      if (text === undefined) rows.delete(`${site} ${id}`)
      else rows.set(`${site} ${id}`, text)
    }
  }
  return counting.tallies('flora') as SiteTallies
}

const visitors = fc.constantFrom('v1', 'v2', 'v3')
const users = fc.constantFrom('ann', 'bob')
const hours = fc.integer({ min: 0, max: 200 })
const ids = fc.constantFrom('1', '2', '3')
const totals = fc.constantFrom(0, 9.99, 19.99, 80, -1)

const records: fc.Arbitrary<StoredRecord> = fc.oneof(
  fc
    .tuple(
      visitors,
      hours,
      fc.record({ experience: fc.constantFrom('hero', 'menu', 'other'), variant: fc.constantFrom('a', 'b') }),
    )
    .map((given) => assigned(...given)),
  fc
    .tuple(visitors, hours, ids, fc.record({ total: totals, isFromServer: fc.boolean() }))
    .map((given) => order(...given)),
  fc
    .tuple(users, hours, ids, totals)
    .map(([id, at, number, total]) => order(user(id), at, number, { total, isFromServer: true })),
  fc.tuple(visitors, hours).map(([visitor, at]) => event(visitor, 'Signed Up', at)),
  fc.tuple(visitors, hours).map(([visitor, at]) => event(visitor, 'pp:unlinked', at)),
  fc.tuple(visitors, users, hours).map((given) => link(...given)),
)

const logs = fc.array(records, { maxLength: 40 }).chain((all) =>
  fc.record({
    once: fc.constant(all),
    shuffled: fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2, maxLength: all.length * 2 }),
    writesEvery: fc.constantFrom(1, 7, 1_000),
  }),
)

test('in any order, with each record twice, and however often rows are written, the sums are those of a naive count', () => {
  fc.assert(
    fc.property(logs, ({ once, shuffled, writesEvery }) => {
      const counted = count([planRecord(), ...shuffled], writesEvery)
      expect(outcomeLines(counted)).toEqual(naiveOutcomes(PLAN, once))
    }),
    { numRuns: 500 },
  )
})

test('whoever is erased is in none of the sums, whatever was counted before', () => {
  fc.assert(
    fc.property(
      logs,
      fc.subarray(['v1', 'v2', 'v3', user('ann'), user('bob')]),
      ({ shuffled, writesEvery }, erased) => {
        const isLeft = (record: StoredRecord): boolean =>
          !('visitorId' in record) ||
          (!erased.includes(record.visitorId) &&
            (record.kind !== 'link' || !erased.includes(user(record.event.userId))))
        const erasures = erased.map(erasure)
        const counted = count([planRecord(), ...shuffled, ...erasures], writesEvery)
        const without = count([planRecord(), ...shuffled.filter(isLeft)])
        expect(textOfTallies({ ...counted, erased: 0, untilMs: 0 })).toBe(textOfTallies({ ...without, untilMs: 0 }))
        expect(counted.erased).toBeLessThanOrEqual(erased.length)
      },
    ),
    { numRuns: 300 },
  )
})

test('an order counts also after a hundred events of another goal', () => {
  const views = Array.from({ length: 100 }, (_, index) =>
    event('v1', 'Signed Up', 1 + index / 100, { properties: { index } }),
  )
  const counted = count([planRecord(), assigned('v1', 0), ...views, order('v1', 3, '1', { total: 80 })])
  expect(outcomeLines(counted).join()).toContain(`${ORDERS.id}: 1 1 8000 `)
})

test('an erasure of a user finds all devices, however many there were', () => {
  const devices = Array.from({ length: 100 }, (_, index) => `device-${index}`)
  const met = devices.map((device) => assigned(device, 0))
  const linked = devices.map((device, index) => link(device, 'ann', 1 + index / 100))
  const bought = order(user('ann'), 3, '1', { total: 80, isFromServer: true })
  const reversed = [planRecord(), ...met, bought, ...linked]
  const forgotten = textOfTallies({ ...count([...reversed, erasure(user('ann'))]), untilMs: 0 })
  expect(forgotten).toBe(textOfTallies({ ...count([planRecord(), ...met]), untilMs: 0 }))
})

test('whoever had a variant of an earlier seed is left out where shares are tested, as a sticky one may be kept', () => {
  const anew = { ...PLAN, version: 'v2', experiences: PLAN.experiences.map((one) => ({ ...one, seed: 'again' })) }
  const first = assigned('v1', 1)
  const kept = assigned('v1', 11, { catalog: 'v2' })
  for (const records of [
    [first, kept],
    [kept, first],
  ]) {
    const { arrivals } = count([planRecord(), planRecord(anew, 10), ...records, assigned('v2', 11, { catalog: 'v2' })])
    const later = arrivals.filter(({ seed }) => seed === 'again')
    expect(later).toEqual([expect.objectContaining({ assigned: 2, fresh: 1 })])
  }
})

test('plans that differ in switches and schedules alone are one, as it was last', () => {
  const switched = (version: string, enabled: boolean): Plan => ({
    ...PLAN,
    version,
    experiences: PLAN.experiences.map((one) => ({ ...one, enabled })),
  })
  const plans = Array.from({ length: 50 }, (_, index) => planRecord(switched(`v${index}`, index % 2 === 0), index))
  const { plans: kept, periods, arrivals } = count([...plans, assigned('v1', 60, { catalog: 'v3' })])
  expect(kept).toEqual([{ ...switched('v49', false), fromMs: BEGAN_MS }])
  expect(periods).toHaveLength(2)
  expect(arrivals).toEqual([expect.objectContaining({ assigned: 1, fresh: 1 })])
})
