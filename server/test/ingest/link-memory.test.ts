import { expect, test } from 'vitest'
import { createLinkMemory } from '../../src/ingest/link-memory.ts'
import { decodeRecord, encodeRecord, type LinkRecord, type StoredRecord } from '../../src/ingest/record.ts'
import type { ProfileFacts } from '../../src/profiles/profile.ts'
import { LogError } from '../../src/streams/log.ts'

const NOW_MS = 1_000
const link = { userId: 'u', untilMs: 9_000, signedMs: 500 }
const known: ProfileFacts = { traits: { plan: 'pro' }, events: { Viewed: 2 }, pageViews: 3, assignments: {}, shown: {} }
const linked: ProfileFacts = {
  ...known,
  link: { userId: 'before', untilMs: 1, signedMs: 1, openedMs: 1, at: { epoch: 0, offset: 1 } },
}

function open(failure?: Error) {
  const records: StoredRecord[] = []
  const assumed: [string, string, ProfileFacts][] = []
  const failures: unknown[] = []
  const remember = createLinkMemory({
    sink: {
      async append(some) {
        records.push(...some)
        await Promise.resolve()
        if (failure) throw failure
      },
    },
    now: () => NOW_MS,
    assume: (...one) => assumed.push(one),
    onFailure: (cause) => failures.push(cause),
  })
  return { remember, records: records as LinkRecord[], assumed, failures }
}

test('a link that is opened is assumed at once, in place of the one before, and no place in the log is behind it', () => {
  const { remember, assumed } = open()
  remember('site', 'v', { ...link, facts: linked, isNew: false })
  const at = { epoch: Infinity, offset: Infinity }
  expect(assumed).toEqual([['site', 'v', { ...known, link: { ...link, openedMs: NOW_MS, at } }]])
})

test.each([
  ['a new visitor with the history of the one who opened it', linked, true, known],
  ['a new visitor who has none', undefined, true, undefined],
  ['the visitor who has it', linked, false, undefined],
])('the log remembers %s', (_name, facts, isNew, history) => {
  const { remember, records } = open()
  remember('site', 'v', { ...link, facts, isNew })
  const [record] = records.map((one) => decodeRecord(encodeRecord(one)) as LinkRecord)
  expect(record).toMatchObject({
    kind: 'link',
    site: 'site',
    visitorId: 'v',
    receivedMs: NOW_MS,
    atMs: NOW_MS,
    untilMs: 9_000,
    signedMs: 500,
  })
  expect(record?.event).toMatchObject({ type: 'identify', userId: 'u', timestamp: new Date(NOW_MS).toISOString() })
  expect(record?.facts).toEqual(history)
})

test('a link that is opened twice is two messages', () => {
  const { remember, records } = open()
  const opened = { ...link, facts: undefined, isNew: false }
  remember('site', 'v', opened)
  remember('site', 'v', opened)
  expect(new Set(records.map(({ event }) => event.messageId)).size).toBe(2)
})

test('what a server has said is taken over, too', () => {
  const { remember, records } = open()
  const server = { traits: { tier: 'gold' }, events: {}, pageViews: 0, assignments: {}, shown: {} }
  remember('site', 'v', { ...link, facts: { ...linked, server }, isNew: true })
  expect(records[0]?.facts).toEqual({ ...known, server })
})

test('a log that does not take it is told, and the visitor is linked in this view', async () => {
  const failure = new LogError('full')
  const { remember, assumed, failures } = open(failure)
  remember('site', 'v', { ...link, facts: undefined, isNew: true })
  await new Promise(setImmediate)
  expect([failures, assumed.length]).toEqual([[failure], 1])
})
