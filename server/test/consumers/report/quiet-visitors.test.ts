import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Counting, createCounting } from '../../../src/consumers/report/counting.ts'
import { createQuietVisitors } from '../../../src/consumers/report/quiet-visitors.ts'
import type { StoredTallies } from '../../../src/consumers/report/tally-store.ts'
import type { StoredRecord } from '../../../src/ingest/record.ts'
import type { SiteTallies } from '../../../src/tally/tallies.ts'
import {
  assigned,
  erasure,
  event,
  link,
  order,
  ORDERS,
  PLAN,
  planRecord,
  textOfTallies,
  user,
} from '../../support/tally-records.ts'

const [HELD, OTHER_HELD] = ['one', 'two'].map((seed) => ({ ...PLAN, holdout: { share: 0.5, seed } }))

/** Counts records, written and begun anew from what is written before each that `forgets` holds for: nobody is known to be quiet then. */
function count(records: readonly StoredRecord[], forgets: boolean) {
  const rows = new Map<string, string>()
  const cells = new Map<string, StoredTallies['cells'][number]>()
  const sites = new Map<string, { erased: number; untilMs: number; plans: never[] }>()
  const begin = (): Counting =>
    createCounting({
      stored: { sites, cells: structuredClone([...cells.values()]) },
      readRow: (site, id) => rows.get(`${site} ${id}`),
    })
  function write(counting: Counting): void {
    const taken = counting.take()
    for (const { site, id, text } of taken.rows) {
      if (text === undefined) rows.delete(`${site} ${id}`)
      else rows.set(`${site} ${id}`, text)
    }
    for (const cell of taken.cells) cells.set(`${cell.site} ${cell.key}`, cell)
    for (const { site, state } of taken.sites) sites.set(site, { plans: [], ...sites.get(site), ...state })
    for (const { site, plans } of taken.plans) sites.set(site, { ...sites.get(site), plans } as never)
  }
  let counting = begin()
  for (const record of records) {
    counting.add(record)
    if (!forgets) continue
    write(counting)
    counting = begin()
  }
  const tallies = counting.tallies('flora') as SiteTallies
  write(counting)
  return { text: textOfTallies(tallies), rows: Object.fromEntries([...rows].sort()) }
}

const visitors = fc.constantFrom('v1', 'v2')
const hours = fc.integer({ min: -10, max: 480 })

const records: fc.Arbitrary<StoredRecord> = fc.oneof(
  { arbitrary: fc.tuple(visitors, fc.constant('Viewed'), hours).map((given) => event(...given)), weight: 8 },
  { arbitrary: hours.map((at) => event(user('ann'), 'Viewed', at)), weight: 2 },
  fc.tuple(visitors, fc.constantFrom('Signed Up', 'pp:unlinked'), hours).map((given) => event(...given)),
  fc.tuple(visitors, hours).map((given) => assigned(...given)),
  fc.tuple(visitors, hours).map(([visitor, at]) => order(visitor, at, '1', { total: 5 })),
  fc.tuple(visitors, hours).map(([visitor, at]) => link(visitor, 'ann', at)),
  fc.constantFrom('v1', user('ann')).map(erasure),
  fc
    .tuple(fc.constantFrom(PLAN, HELD, OTHER_HELD, { ...PLAN, goals: [ORDERS] }), fc.integer({ min: 0, max: 300 }))
    .map(([plan, at]) => planRecord(plan, at)),
)

test('rows and sums are the same as if the row of each visitor were looked at with each event', () => {
  fc.assert(
    fc.property(fc.constantFrom(PLAN, HELD), fc.array(records, { maxLength: 40 }), (plan, some) => {
      const all = [planRecord(plan as typeof PLAN), ...some]
      expect(count(all, false)).toEqual(count(all, true))
    }),
    { numRuns: 300 },
  )
})

test('the row of a quiet visitor is read once, however many others there were since', () => {
  let reads = 0
  const readRow = (): undefined => void reads++
  const counting = createCounting({ stored: { sites: new Map(), cells: [] }, readRow })
  counting.add(planRecord(HELD as typeof PLAN))
  const ids = Array.from({ length: 30_000 }, (_none, index) => `visitor-${index}`)
  for (const at of [1, 2, 3])
    for (const id of ids) {
      counting.add(event(id, 'Viewed', at))
      if (counting.changed() < 256) continue
      counting.take()
      counting.forget()
    }
  expect(reads).toBeGreaterThanOrEqual(ids.length)
  // Of two in one of 65,536 places the later one is known: a fifth of 30,000 share theirs with an earlier one.
  expect(reads).toBeLessThan(2 * ids.length)
})

test('a visitor is quiet from one time to another, at one site, until forgotten', () => {
  const quiet = createQuietVisitors()
  quiet.note('a', 'v', { fromMs: 5, untilMs: 7 })
  quiet.note('b', 'w', { fromMs: 5, untilMs: 7 })
  expect([4, 5, 7, 8].map((atMs) => quiet.has('a', 'v', atMs))).toEqual([false, true, true, false])
  expect([quiet.has('b', 'v', 6), quiet.has('a', 'w', 6)]).toEqual([false, false])
  quiet.forget('b', 'v')
  quiet.forgetAll('b')
  expect([quiet.has('a', 'v', 6), quiet.has('b', 'w', 6)]).toEqual([true, false])
  quiet.forget('a', 'v')
  expect(quiet.has('a', 'v', 6)).toBe(false)
})
