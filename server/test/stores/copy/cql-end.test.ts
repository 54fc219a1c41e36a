import { beforeEach, expect, test, vi } from 'vitest'
import type { CopiedRow, Piece } from '../../../src/stores/copy/copy-end.ts'
import { openCqlEnd } from '../../../src/stores/copy/cql-end.ts'
import { parseCqlAddress } from '../../../src/stores/cql/address.ts'
import type { CqlRow, CqlSession, CqlValue } from '../../../src/stores/cql/driver/session.ts'
import { createMemoryCluster, type MemoryCluster } from '../../support/memory-cluster.ts'

const LEAST = -(2n ** 63n)
const LAST = 2n ** 63n - 1n

/** The cluster, and the pages that it has for each part of its table. */
const given = vi.hoisted(() => ({ session: undefined as unknown }))

vi.mock('../../../src/stores/cql/driver/session.ts', async (original) => ({
  ...(await original<object>()),
  openSession: async () => given.session,
}))

let cluster: MemoryCluster
let parts: [after: bigint, last: bigint][]

/** An end whose table has a row at each of these tokens, in pages of two. */
async function open(tokens: readonly bigint[] = []) {
  const session: CqlSession = {
    ...cluster.session(),
    async *pages(_name, values) {
      const [after, last] = values as [bigint, bigint]
      parts.push([after, last])
      const rows = tokens.filter((token) => token > after && token <= last).map(rowAt)
      for (let at = 0; at < rows.length; at += 2) yield rows.slice(at, at + 2)
      if (rows.length === 0) yield []
    },
  }
  given.session = session
  return openCqlEnd(parseCqlAddress('cql://h/k?dc=dc1'), {})
}

const rowAt = (token: bigint): CqlRow => ({
  site: 'site',
  visitor: `v${token}`,
  row: Buffer.from('profile'),
  epoch: 1,
  log_offset: 7n,
  written_us: 9n,
  ttl_s: 60,
  place: token,
})
const copied = (visitorId: string): CopiedRow => ({
  site: 'site',
  visitorId,
  bytes: Buffer.from('profile'),
  position: { epoch: 1, offset: 7, writtenUs: 9 },
  ttlS: 60,
})

async function all(pieces: AsyncIterable<Piece>): Promise<Piece[]> {
  const found: Piece[] = []
  for await (const piece of pieces) found.push(piece)
  return found
}

beforeEach(() => {
  cluster = createMemoryCluster()
  parts = []
})

test('a table is read in 256 parts that leave out no token and have none twice', async () => {
  expect(await all((await open()).read())).toEqual([])
  expect([parts.length, parts[0]?.[0], parts.at(-1)?.[1]]).toEqual([256, LEAST, LAST])
  for (const [index, [after, last]] of parts.entries()) {
    expect(last > after).toBe(true)
    if (index > 0) expect(after).toBe(parts[index - 1]?.[1])
  }
})

test('rows at the ends of the ring and at the bounds of parts are read once, and from each place the rest', async () => {
  const tokens = [LEAST + 1n, LEAST + 2n ** 56n, LEAST + 2n ** 56n + 1n, -1n, 0n, 1n, LAST - 1n, LAST]
  const end = await open(tokens)
  const pieces = await all(end.read())
  const visitors = (some: Piece[]) => some.flatMap(({ rows }) => rows.map(({ visitorId }) => visitorId))
  expect(visitors(pieces)).toEqual(tokens.map((token) => `v${token}`))
  expect(pieces[0]?.rows[0]).toEqual(copied(`v${LEAST + 1n}`))
  const shares = pieces.map(({ share }) => share)
  expect([shares, shares.at(-1)]).toEqual([shares.toSorted((one, other) => one - other), 1])
  for (const [index, token] of tokens.entries()) {
    expect(visitors(await all(end.read(`${token}`)))).toEqual(tokens.slice(index + 1).map((next) => `v${next}`))
  }
})

test.each([0, 1, 64, 65, 200])('%d rows are written with what they are, at most 64 at once', async (count) => {
  const end = await open()
  await end.write(Array.from({ length: count }, (_, index) => copied(`v${index}`)))
  expect([cluster.asked.length, cluster.mostAtOnce]).toEqual([count, Math.min(64, count)])
  const values: readonly CqlValue[] = ['site', 'v0', Buffer.from('profile'), 1, 7n, 9n, 9n, 60]
  if (count > 0) expect(cluster.asked[0]).toEqual({ name: 'writeRow', values })
})

test('a row that is not written rejects', async () => {
  const end = await open()
  cluster.failure = (_name, [, visitorId]) => (visitorId === 'v1' ? new Error('no quorum') : undefined)
  await expect(end.write([copied('v0'), copied('v1')])).rejects.toThrow('no quorum')
})

test('definitions of features go along', async () => {
  const definitions = new Map([['site', { features: [], at: { epoch: 1, offset: 7 }, writtenUs: 1 }]])
  const end = await open()
  expect(await end.definitions()).toEqual(new Map())
  await end.setDefinitions(definitions)
  expect(await end.definitions()).toEqual(definitions)
  await end.close()
})

test('every log goes on where it was', async () => {
  const logs = [
    { log: 'a', epoch: 1, offset: 0 },
    { log: 'b', epoch: 2, offset: Number.MAX_SAFE_INTEGER },
  ]
  const end = await open()
  expect(await end.logs()).toEqual([])
  await end.setLogs(logs)
  await end.setLogs([])
  expect(await end.logs()).toEqual(logs)
  expect([end.hasPositions, end.remedy]).toEqual([true, 'TRUNCATE k.profiles'])
  await end.close()
  await expect(end.logs()).rejects.toThrow('closed')
})
