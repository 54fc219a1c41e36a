import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compileFeatures } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/load.ts'
import { createAudienceCounter } from '../../src/cli/count-audiences.ts'
import { ScanEndedError, scanProfiles } from '../../src/cli/profile-scan.ts'
import { userProfileId } from '../../src/identity/profile-id.ts'
import { createKnownFeatures } from '../../src/profiles/features/known.ts'
import { newProfile, type Profile } from '../../src/profiles/profile.ts'
import { openLmdbStore, openLmdbTables } from '../../src/stores/lmdb/lmdb.ts'
import { startWithPeople } from '../support/known-people.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryDirectory } from '../support/start-service.ts'

const NOW = Date.now()

const catalog = `site: shop
origins: [https://www.brand.example]
slots: {}
features: { orders: { kind: count, event: Order Completed, within: 7d } }
audiences:
  everybody: { pageViews: { $gte: 0 } }
  pro: { traits.plan: pro }
  mobile: { page.device: mobile }
  mobile-pro: { $and: [{ $audience: pro }, { $audience: mobile }] }
  ordered: { features.orders: { $gte: 1 } }
  ann: { user.id: ann }
`

function profile(fields: Partial<Profile> = {}): Profile {
  return { ...newProfile(NOW, { epoch: 0, offset: 1 }), recent: [{ name: 'pp:page', atMs: NOW }], ...fields }
}

const pro = { traits: { plan: 'pro' } }

/** A data directory with these profiles, and a catalog beside it; `run` is the command. */
async function stored(rows: readonly (readonly [site: string, id: string, Profile])[]) {
  const data = await temporaryDirectory()
  const directory = join(data, 'profiles')
  const store = openLmdbStore(directory)
  const position = { epoch: 0, offset: 1, writtenUs: 1 }
  const writes = rows.map(([site, visitorId, one]) => ({ site, visitorId, profile: one, position }))
  for (let start = 0; start < writes.length; start += 5_000)
    await store.commit(writes.slice(start, start + 5_000), { epoch: 0, offset: 1 })
  await store.close()
  const file = join(data, 'catalog.yaml')
  await writeFile(file, catalog)
  const run = (...args: string[]) => runCommand(['audience', '--data', data, '--catalog', file, ...args])
  return { data, directory, run }
}

interface Size {
  audience: string
  in: { count: number; low: number; high: number }
  out: { count: number }
  unknown: { count: number }
}

async function sizes(run: (...args: string[]) => Promise<{ stdout: string }>, ...args: string[]) {
  const report = JSON.parse((await run('--json', ...args)).stdout) as { audiences: Size[]; profiles: { count: number } }
  const of = Object.fromEntries(
    report.audiences.map((one) => [one.audience, [one.in.count, one.out.count, one.unknown.count]]),
  )
  return { report, of }
}

test('each profile of the site is counted in the audiences that it is in; what a view tells is unknown', async () => {
  const { run } = await stored([
    ['shop', 'a', profile(pro)],
    ['shop', 'b', profile()],
    ['shop', 'c', profile(pro)],
    ['shop-2', 'a', profile(pro)],
    ['shoe', 'a', profile(pro)],
  ])
  const { of, report } = await sizes(run)
  expect(report.profiles).toEqual({ count: 3, low: 3, high: 3 })
  expect(of).toEqual({
    everybody: [3, 0, 0],
    pro: [2, 1, 0],
    mobile: [0, 0, 3],
    'mobile-pro': [0, 1, 2],
    ordered: [0, 0, 3],
    ann: [0, 3, 0],
  })
  const { stdout, code } = await run()
  expect(code).toBe(0)
  expect(stdout).toMatch(/^site shop: 3 profiles, all of them read\n/)
  expect(stdout).toMatch(/\n {2}pro +2 +66\.7 %\n/)
  expect(stdout).toMatch(/\n {2}mobile-pro +0 +0\.0 % +2 unknown: depends on page\.device\n/)
  expect(stdout).toMatch(/\n {2}ordered +0 +0\.0 % +3 unknown: features may not be filled yet\n/)
  expect(stdout).toContain('\npage, place, time and visit are in no profile: what depends on them counts as unknown\n')
})

test('a linked visitor counts as a decision sees it, and what is over or erased does not count', async () => {
  const link = (fields: object = {}) => ({
    link: { userId: 'ann', untilMs: NOW + 9e6, signedMs: NOW, openedMs: NOW, at: { epoch: 0, offset: 5 }, ...fields },
  })
  const dead = NOW - 400 * 86_400_000
  const { run } = await stored([
    ['shop', 'linked', profile(link())],
    ['shop', 'over', profile(link({ untilMs: NOW - 1 }))],
    ['shop', 'dead', profile({ ...pro, lastSeenMs: dead, firstSeenMs: dead })],
    ['shop', userProfileId('ann'), profile({ ...pro, userId: 'ann' })],
    ['shop', userProfileId('bob'), { ...newProfile(NOW), erased: { atMs: NOW, at: { epoch: 0, offset: 9 } } }],
    ['shop', 'of-bob', profile(link({ userId: 'bob', signedMs: NOW - 5 }))],
  ])
  const { of, report } = await sizes(run)
  expect(report.profiles.count).toBe(4)
  expect([of['pro'], of['ann']]).toEqual([
    [2, 2, 0],
    [2, 2, 0],
  ])
})

test('one audience can be asked for, and one that is not there is refused', async () => {
  const { run } = await stored([['shop', 'a', profile(pro)]])
  expect(Object.keys((await sizes(run, 'pro')).of)).toEqual(['pro'])
  expect(await run('nobody\u001b[31m')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      String.raw`no audience nobody\u001b[31m in the catalog; there are everybody`,
    ) as string,
  })
})

test('a sample says its error, and the true number lies within; a sample of all is a count', async () => {
  const everybody = Array.from({ length: 20_000 }, (_, index) => index)
  const { run } = await stored(everybody.map((id) => ['shop', `v${id}`, profile(id % 4 === 0 ? pro : {})] as const))
  const { report } = await sizes(run, 'pro', '--sample', '2000')
  expect(report).toMatchObject({ read: 2_000, isSample: true, profiles: { count: 20_000 } })
  const size = report.audiences[0]?.in as Size['in']
  // Draws are random: one in a thousand billion lies seven standard errors (360) away.
  expect(Math.abs(size.count - 5_000)).toBeLessThan(7 * 185)
  expect(size.high - size.low).toBeGreaterThan(600)
  expect(size.high - size.low).toBeLessThan(900)
  const { stdout } = await run('pro', '--sample', '2000')
  expect(stdout).toMatch(
    /^site shop: about 20,000 \(.*\) profiles, of which 2,000 were drawn, each as likely as any other\n/,
  )
  expect(stdout).toContain('in brackets: the 95 % interval')
  expect((await sizes(run, '--sample', '20000')).of['pro']).toEqual([5_000, 15_000, 0])
})

test('every profile is drawn as often as any other', async () => {
  const { directory } = await stored(Array.from({ length: 12 }, (_, id) => ['shop', `v${id}`, profile()] as const))
  const store = openLmdbStore(directory, { isReadOnly: true })
  const times = new Map<string, number>()
  let seed = 7
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  for (let run = 0; run < 3_000; run++) {
    await scanProfiles({
      ...{ store, site: 'shop', sample: 3, random },
      take: async (id) => void times.set(id, (times.get(id) ?? 0) + 1),
      onProgress: () => undefined,
      isEnded: () => false,
    })
  }
  await store.close()
  expect(times.size).toBe(12)
  // 750 each; the standard deviation is 24.
  for (const count of times.values()) expect(Math.abs(count - 750)).toBeLessThan(120)
})

test('a scan tells how far it is, and ends when the process is asked to', async () => {
  const { directory } = await stored(Array.from({ length: 1_000 }, (_, id) => ['shop', `v${id}`, profile()] as const))
  const store = openLmdbStore(directory, { isReadOnly: true })
  const shares: number[] = []
  let isEnded = false
  const scan = scanProfiles({
    ...{ store, site: 'shop', random: Math.random, take: async () => undefined },
    onProgress({ share }) {
      shares.push(share)
      isEnded = share >= 0.5
    },
    isEnded: () => isEnded,
  })
  await expect(scan).rejects.toThrow(ScanEndedError)
  expect(shares).toEqual([0, 0, 0.2, 0.4, 0.6])
  await store.close()
})

test('features that are filled are counted', async () => {
  const site = readCatalog(catalog, 'catalog.yaml')
  const features = site.features.map((one) => ({ ...one, since: { epoch: 0, offset: 0 } }))
  const known = createKnownFeatures(site.features, { features, at: { epoch: 0, offset: 0 }, writtenUs: 1 })
  const counter = createAudienceCounter(site, known, { base: async () => undefined }, NOW)
  await counter.add('a', profile())
  expect(counter.counts.get('ordered')).toEqual({ in: 0, out: 1, unknown: 0 })
})

test('what one device of a user has done counts for the user and for the other device', async () => {
  const place = { epoch: 0, offset: 1 }
  const link = { userId: 'ann', untilMs: NOW + 9e6, signedMs: NOW, openedMs: NOW, at: { epoch: 0, offset: 5 } }
  const device = (id: string) => ({ id, openedMs: NOW, untilMs: NOW + 9e6 })
  const site = readCatalog(catalog, 'catalog.yaml')
  const definitions = site.features.map((one) => ({ ...one, since: place }))
  const inForce = { features: definitions, at: place, writtenUs: 1 }
  const event = { name: 'Order Completed', atMs: NOW, hash: '0badcafe0bad', properties: {} }
  const states = compileFeatures(site.features).fold({}, event)
  const rows = new Map([
    ['phone', profile({ link, features: { states, at: { epoch: 0, offset: 9 } } })],
    ['laptop', profile({ link })],
    [userProfileId('ann'), profile({ userId: 'ann', devices: [device('phone'), device('laptop')] })],
  ])
  const base = async (_site: string, id: string) => ({ profile: rows.get(id) })
  const counter = createAudienceCounter(site, createKnownFeatures(site.features, inForce), { base }, NOW)
  for (const [id, one] of rows) await counter.add(id, one)
  expect(counter.counts.get('ordered')).toEqual({ in: 3, out: 0, unknown: 0 })
  expect(counter.counts.get('ann')).toEqual({ in: 3, out: 0, unknown: 0 })
})

test('audience reads beside a service that runs', async () => {
  const { env } = await startWithPeople()
  const { code, stdout, stderr } = await runCommand(['audience', 'buyers'], env)
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^site agency: 2 profiles, all of them read\n\n {2}buyers {2}1 {2}50\.0 %\n/)
})

test('a damaged profile is in none of the numbers, and told', async () => {
  const { env, dataDirectory } = await startWithPeople()
  const { root, profiles } = openLmdbTables(join(dataDirectory, 'profiles'))
  await profiles.put(['agency', 'damaged'], Buffer.from('no profile at all'))
  await root.close()
  const { stdout } = await runCommand(['audience', 'buyers'], env)
  expect(stdout).toMatch(/^site agency: 2 profiles/)
  expect(stdout).toContain('\ndamaged, and in none of the numbers: 1\n')
})

test.each([
  [['--sample', '0'], '--sample must be'],
  [['--sample', 'all'], '--sample must be'],
  [['a', 'b'], 'say one audience'],
  [['--store', 'cql://db.example/prepaint?dc=one'], 'not yet those of cql://db.example'],
])('audience %j ends with 2 and says why', async (args, why) => {
  const { run } = await stored([['shop', 'a', profile()]])
  const { code, stdout, stderr } = await run(...args)
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(why)])
})
