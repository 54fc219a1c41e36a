import { expect, test, vi } from 'vitest'
import { createKeys } from '../../src/identity/key.ts'
import { signLink } from '../../src/identity/link.ts'
import { parseCqlAddress } from '../../src/stores/cql/address.ts'
import { openCqlStore } from '../../src/stores/cql/cql.ts'
import { openLmdbStore } from '../../src/stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../src/stores/store.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import { createMemoryCluster } from '../support/memory-cluster.ts'
import { appendedTo } from '../support/read-events.ts'
import { type RunningService, startService, temporaryDirectory } from '../support/start-service.ts'

vi.mock('../../src/stores/cql/driver/session.ts', async (original) => ({
  ...(await original<object>()),
  openSession: async () => createMemoryCluster().session(),
}))

const CATALOG = `site: agency
origins: [https://www.brand.example]
slots: { offer: {}, thanks: {}, plain: {} }
audiences:
  buyers: { $did: { event: Order Completed, within: 30d } }
  others: { $not: { $did: { event: Order Completed, within: 30d } } }
experiences:
  - { id: buy, slot: offer, audience: others, variants: [{ id: buy, do: [{ text: Buy me }] }] }
  - { id: thanks, slot: thanks, audience: buyers, variants: [{ id: thanks, do: [{ text: Thank you }] }] }
  - { id: plain, slot: plain, variants: [{ id: plain, do: [{ text: Hello }] }] }
`
const BUY = { offer: 'buy', thanks: undefined }
const THANKS = { offer: undefined, thanks: 'thanks' }

const secret = 's'.repeat(32)
const serverKey = createKeys(secret).issue({ site: 'agency', access: 'server' })

/** A store that counts its reads and, of a visitor who is late, gives no answer. */
async function open(kind: 'LMDB' | 'a cluster') {
  const address = parseCqlAddress('cql://h/k?dc=dc1')
  const said = { credentials: {}, logId: 'log', now: Date.now, onProblem: () => undefined }
  const store: ProfileStore =
    kind === 'LMDB' ? openLmdbStore(`${await temporaryDirectory()}/profiles`) : openCqlStore({ address, ...said })
  const late = new Set<string>()
  const reads: string[] = []
  const readFacts: ProfileStore['readFacts'] = (site, id) => {
    reads.push(id)
    return late.has(id) ? new Promise(() => undefined) : store.readFacts(site, id)
  }
  return { store: { ...store, readFacts }, reads, late }
}

/** A service with an offer for whoever has not ordered; `nowMs` may be moved. */
async function start(kind: 'LMDB' | 'a cluster' = 'LMDB', budgetMs = 2_000) {
  const clock = { nowMs: Date.now() }
  const { store, reads, late } = await open(kind)
  const log = await openSegments({ directory: await temporaryDirectory() })
  const settings = { secret, catalog: CATALOG, budgetMs, profileCacheMb: 0 }
  const running = await startService(settings, { store, log, now: () => clock.nowMs })
  // As soon as the features are in force.
  await vi.waitFor(async () => expect(await shown(running, {})).toEqual(BUY))

  /** Asks for a decision that is remembered, and waits until that is folded: the answer does not. */
  async function remembered(question: object): Promise<string> {
    const { token } = (await appendedTo(log, () => running.decide(question))).body
    await running.service.caughtUp()
    return token as string
  }

  /** Opens a link of the user in a browser, no two at one instant, and returns its token. */
  function openLink(userId: string, { token, days = 2 }: { token?: string; days?: number } = {}): Promise<string> {
    clock.nowMs++
    return remembered({ link: signLink({ userId, days, serverKey, now: () => clock.nowMs }), token })
  }

  async function order(token: string, messageId = 'order'): Promise<void> {
    const timestamp = new Date().toISOString()
    await running.batch(token, [{ type: 'track', event: 'Order Completed', messageId, timestamp }])
    await running.service.caughtUp()
  }

  return { ...running, clock, reads, late, openLink, order, remembered }
}

/** Experiences of the slots that read a feature. */
async function shown({ decide }: Pick<RunningService, 'decide'>, question: object, headers = {}): Promise<object> {
  const { offer, thanks } = (await decide(question, headers)).body.slots
  return { offer: offer?.experience, thanks: thanks?.experience }
}

const idOf = (token: string): string => token.split('.')[0] as string

test.each(['LMDB', 'a cluster'] as const)(
  'a second device stops offering what the first one has bought, with %s',
  async (kind) => {
    const running = await start(kind)
    const { openLink, order } = running
    const [phone, laptop] = [await openLink('ann'), await openLink('ann')]
    expect(await shown(running, { token: laptop })).toEqual(BUY)
    await order(phone)
    expect(await shown(running, { token: laptop })).toEqual(THANKS)
    expect(await shown(running, { token: phone })).toEqual(THANKS)
    // And so do a third one, at once when it opens its link, and the brand's own servers.
    const link = signLink({ userId: 'ann', days: 1, serverKey })
    expect(await shown(running, { link })).toEqual(THANKS)
    expect(await shown(running, { userId: 'ann' }, { authorization: `Bearer ${serverKey}` })).toEqual(THANKS)
    expect(await shown(running, { token: await openLink('bob') })).toEqual(BUY)
  },
)

test('a device whose profile is late leaves the features unknown, and the rest of the decision as it is', async () => {
  const running = await start('a cluster', 500)
  const [phone, laptop] = [await running.openLink('ann'), await running.openLink('ann')]
  await running.order(phone)
  expect(await shown(running, { token: laptop })).toEqual(THANKS)
  running.late.add(idOf(phone))
  const { offer, thanks, plain } = (await running.decide({ token: laptop })).body.slots
  const unknown = { reason: 'no-match', tier: 'live', ttlMs: 60_000, events: ['Order Completed'] }
  expect([offer, thanks]).toEqual([unknown, unknown])
  expect(plain).toMatchObject({ experience: 'plain', tier: 'live' })
})

test('the history that a link has taken along is one device, also if the page was loaded twice before it was there', async () => {
  const running = await start()
  const before = (await running.decide()).body.token as string
  const [first, second] = [
    await running.openLink('ann', { token: before }),
    await running.openLink('ann', { token: before }),
  ]
  running.reads.length = 0
  await running.decide({ token: second })
  await running.decide({ token: first })
  for (const id of [before, first, second])
    expect(running.reads.filter((read) => read === idOf(id)).length).toBeLessThan(2)
  const third = await running.openLink('ann')
  running.reads.length = 0
  await running.decide({ token: third })
  expect(running.reads).toContain(idOf(second))
  expect(running.reads).not.toContain(idOf(first))
})

test('no browser reaches the devices of a user without a link that holds', async () => {
  const running = await start()
  const { openLink, order, reads, clock } = running
  const planted = (await running.decide()).body.token as string
  const phone = await openLink('ann', { days: 9 })
  const laptop = await openLink('ann', { token: planted, days: 1 })
  await order(phone)
  const forbidden = async (question: object, headers = {}): Promise<void> => {
    reads.length = 0
    expect(await shown(running, question, headers)).toEqual(BUY)
    expect(reads.filter((id) => id.startsWith('user:') || id === idOf(phone))).toEqual([])
  }
  expect(await shown(running, { token: laptop })).toEqual(THANKS)
  await forbidden({ token: planted })
  await forbidden({})
  await forbidden({ token: planted, link: signLink({ userId: 'ann', days: 1, serverKey: `${serverKey}x` }) })
  await forbidden({ token: laptop }, { 'sec-gpc': '1' })
  clock.nowMs += 86_400_000
  await forbidden({ token: laptop })
  await running.remembered({ token: phone, unlink: true })
  reads.length = 0
  await running.decide({ token: phone })
  expect(reads).toEqual([idOf(phone)])
})

test.each(['unlink of a decision', 'pp:unlinked', 'erasure of the visitor', 'end of its link'])(
  'a device counts no more after %s, and its row is no reason not to know',
  async (how) => {
    const running = await start()
    const { openLink, order, clock, service, post, batch } = running
    const [phone, laptop] = [await openLink('ann', { days: 1 }), await openLink('ann', { days: 9 })]
    await order(phone)
    expect(await shown(running, { token: laptop })).toEqual(THANKS)
    if (how === 'unlink of a decision') await running.remembered({ token: phone, unlink: true })
    if (how === 'pp:unlinked') {
      const event = { type: 'track', event: 'pp:unlinked', messageId: 'u', timestamp: new Date().toISOString() }
      await batch(phone, [event])
    }
    if (how === 'erasure of the visitor')
      await post('/v1/erase', { token: phone }, { authorization: `Bearer ${serverKey}` })
    if (how === 'end of its link') clock.nowMs += 86_400_000
    await service.caughtUp()
    expect(await shown(running, { token: laptop })).toEqual(BUY)
  },
)

test('a shared tablet keeps users apart: the link of another user takes along nothing of the one before', async () => {
  const running = await start()
  const ann = await running.openLink('ann')
  await running.order(ann)
  const link = signLink({ userId: 'bob', days: 1, serverKey })
  expect(await shown(running, { token: ann, link })).toEqual(BUY)
  const bob = await running.openLink('bob', { token: ann })
  expect(await shown(running, { token: bob })).toEqual(BUY)
  expect(await shown(running, { token: await running.openLink('ann') })).toEqual(THANKS)
})

test('a decision that reads features of a linked user is kept for a minute at most', async () => {
  const running = await start()
  const ttls = async (token: string): Promise<(number | undefined)[]> => {
    const { slots } = (await running.decide({ token })).body
    return [slots['offer']?.ttlMs, slots['plain']?.ttlMs]
  }
  expect(await ttls((await running.decide()).body.token as string)).toEqual([undefined, undefined])
  const linked = await running.openLink('ann')
  expect(await ttls(linked)).toEqual([60_000, undefined])
})
