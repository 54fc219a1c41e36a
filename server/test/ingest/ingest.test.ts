import { expect, test } from 'vitest'
import { type Arrival, type Batch, createIngest } from '../../src/ingest/ingest.ts'
import type { EventRecord, StoredRecord } from '../../src/ingest/record.ts'
import { LogError } from '../../src/streams/log.ts'

const NOW_MS = Date.parse('2026-11-21T09:00:00.000Z')
const HOUR_MS = 3_600_000

/** A page view that its client's clock puts so many ms after ours. */
const page = (id: number, aheadMs = 0) => ({
  type: 'page',
  messageId: `m${id}`,
  timestamp: new Date(NOW_MS + aheadMs).toISOString(),
})
const arrival = (value: unknown, more: Partial<Arrival> = {}): Arrival => ({ visitorId: 'v', value, ...more })

/** An intake whose log is a list, or rejects; tells in which order things happened. */
function open(failure?: Error) {
  const stored: StoredRecord[] = []
  const steps: string[] = []
  const ingest = createIngest({
    sink: {
      async append(records) {
        steps.push(`append ${records.length}`)
        await Promise.resolve()
        if (failure) throw failure
        stored.push(...records)
        steps.push('on disk')
      },
    },
    now: () => NOW_MS,
    onAccepted: (site, result, event) => void steps.push([site, result, event?.messageId].filter(Boolean).join(' ')),
  })
  const take = (arrivals: readonly Arrival[], more: Partial<Batch> = {}) =>
    ingest({ site: 'site', sentMs: NOW_MS, arrivals, withoutUserId: false, ...more })
  return { stored: stored as EventRecord[], steps, take }
}

test('an empty batch has no results, and writes nothing', async () => {
  const { take, steps } = open()
  expect([await take([]), steps]).toEqual([{ results: [] }, []])
})

test('a batch of which nothing is accepted writes nothing, and is counted', async () => {
  const { take, steps } = open()
  expect((await take([arrival(null), arrival({})])).results).toEqual(['invalid', 'invalid'])
  expect(steps).toEqual(['site invalid', 'site invalid'])
})

test('results stand in the order of arrival, and accepted events in one append', async () => {
  const { take, steps, stored } = open()
  const taken = await take([
    arrival(page(1)),
    arrival('x'),
    arrival(page(2)),
    arrival(page(3), { visitorId: undefined }),
  ])
  expect(taken).toEqual({
    results: ['accepted', 'invalid', 'accepted', 'invalid'],
    reasons: [
      { index: 1, message: '/type: must be one of track, page, identify, group, alias' },
      { index: 3, message: '/: names nobody: give userId or anonymousId, as text of at most 200 characters' },
    ],
  })
  expect(stored.map(({ event }) => event.messageId)).toEqual(['m1', 'm2'])
  expect(steps).toEqual(['append 2', 'on disk', 'site accepted m1', 'site invalid', 'site accepted m2', 'site invalid'])
})

test('an event that comes twice is stored twice: who folds tells them apart', async () => {
  const { take, stored } = open()
  await take([arrival(page(1)), arrival(page(1))])
  expect(stored).toHaveLength(2)
})

test('what the log does not take is counted as nothing, and its failure is the answer', async () => {
  const failure = new LogError('the disk is full')
  const { take, steps } = open(failure)
  await expect(take([arrival(page(1)), arrival('x')])).rejects.toBe(failure)
  expect(steps).toEqual(['append 1'])
})

test('reasons are given for the first twenty, wherever they stand', async () => {
  const { take } = open()
  const { results, reasons } = await take(Array.from({ length: 30 }, (_, id) => arrival(id % 4 === 0 ? page(id) : id)))
  expect(results.filter((result) => result === 'invalid')).toHaveLength(22)
  expect(reasons?.map(({ index }) => index)).toEqual(
    Array.from({ length: 30 }, (_, id) => id)
      .filter((id) => id % 4 !== 0)
      .slice(0, 20),
  )
})

test.each([
  ['now', 0, 0, NOW_MS],
  ['an hour ago', -HOUR_MS, 0, NOW_MS - HOUR_MS],
  ['now, by a clock that is an hour ahead', HOUR_MS, HOUR_MS, NOW_MS],
  ['an hour ago, by a clock that is an hour ahead', 0, HOUR_MS, NOW_MS - HOUR_MS],
  ['now, by a clock that is an hour late', -HOUR_MS, -HOUR_MS, NOW_MS],
  ['after it was sent', HOUR_MS, 0, NOW_MS],
  ['at the first instant that is written', -NOW_MS, 0, 0],
  ['before it', -NOW_MS - HOUR_MS, 0, 0],
])('an event of %s happened then by our clock', async (_name, aheadMs, clockMs, atMs) => {
  for (const sent of ['by its batch', 'by itself']) {
    const { take, stored } = open()
    const sentMs = NOW_MS + clockMs
    if (sent === 'by itself') await take([arrival(page(1, aheadMs), { sentMs })], { sentMs: 7 })
    else await take([arrival(page(1, aheadMs))], { sentMs })
    expect([sent, stored[0]?.atMs, stored[0]?.receivedMs]).toEqual([sent, atMs, NOW_MS])
  }
})

test('under Global Privacy Control no event keeps a user id, and an alias says nothing', async () => {
  const { take, stored } = open()
  const identify = { ...page(1), type: 'identify', userId: 'u', traits: { userId: 'a trait' } }
  const group = { ...page(2), type: 'group', groupId: 'g' }
  const alias = { ...page(3), type: 'alias', userId: 'u', previousId: 'p' }
  const { results, reasons } = await take(
    [identify, group, alias].map((value) => arrival(value)),
    { withoutUserId: true },
  )
  expect([results, reasons?.[0]?.message]).toEqual([
    ['accepted', 'accepted', 'invalid'],
    '/userId: is not taken under Global Privacy Control',
  ])
  expect(stored.map(({ event }) => event)).toEqual([
    { type: 'identify', messageId: 'm1', timestamp: page(1).timestamp, traits: { userId: 'a trait' } },
    group,
  ])
  expect(identify.userId).toBe('u')
})

test('a denial in the context of the batch or of the message comes before every other reason', async () => {
  const { take, stored } = open()
  const denies = { consent: { categoryPreferences: { ads: false } } }
  const arrivals = [arrival(page(1)), arrival(null), arrival(page(2), { visitorId: undefined })]
  expect((await take(arrivals, { context: denies })).results).toEqual(['denied', 'denied', 'denied'])
  const own = await take([arrival({ ...page(3), context: denies }), arrival(page(4))], { context: {} })
  expect(own.results).toEqual(['denied', 'accepted'])
  const needed = { consent: { categoryPreferences: { ads: true } } }
  const needy = await take([arrival({ ...page(5), context: needed })], { consentCategories: ['analytics'] })
  expect(needy.results).toEqual(['denied'])
  expect(stored.map(({ event }) => event.messageId)).toEqual(['m4'])
})

test('a record carries its site, its visitor and the kind of its key, if there is one', async () => {
  const { take, stored } = open()
  await take([arrival(page(1))], { keyId: 2 })
  await take([arrival(page(2))])
  const record = { kind: 'event', site: 'site', visitorId: 'v', receivedMs: NOW_MS, atMs: NOW_MS }
  expect(stored).toEqual([
    { ...record, event: page(1), keyId: 2 },
    { ...record, event: page(2) },
  ])
  expect(stored[1]).not.toHaveProperty('keyId')
})
