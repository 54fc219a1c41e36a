import { expect, test } from 'vitest'
import { encodeProfile } from '../../../src/profiles/codec.ts'
import { fold } from '../../../src/profiles/fold.ts'
import { PROFILE_LIFE_S } from '../../../src/profiles/lifetime.ts'
import type { CopiedRow, Piece } from '../../../src/stores/copy/copy-end.ts'
import { openLmdbEnd } from '../../../src/stores/copy/lmdb-end.ts'
import { openLmdbStore, openLmdbTables } from '../../../src/stores/lmdb/lmdb.ts'
import { encodeRow } from '../../../src/stores/lmdb/lmdb-row.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const NOW_MS = 1_000_000_000
const bytes = encodeProfile(fold(undefined, { event: { type: 'page', messageId: 'm', timestamp: '' }, atMs: NOW_MS }))
const row = (visitorId: string, more: Partial<CopiedRow> = {}): CopiedRow => ({
  site: 'site',
  visitorId,
  bytes,
  position: { epoch: 0, offset: 0, writtenUs: NOW_MS * 1_000 + 1 },
  ttlS: PROFILE_LIFE_S,
  ...more,
})
const open = (directory: string) => openLmdbEnd({ directory, logId: 'log', now: () => NOW_MS })

async function all(pieces: AsyncIterable<Piece>): Promise<Piece[]> {
  const found: Piece[] = []
  for await (const piece of pieces) found.push(piece)
  return found
}

test('an empty store has no pieces, and is folded from the beginning', async () => {
  const end = open(await temporaryDirectory())
  expect([await all(end.read()), await end.logs()]).toEqual([[], [{ log: 'log', epoch: 0, offset: 0 }]])
  await end.close()
})

test.each([1, 499, 500, 501, 1_000])(
  'a store of %d rows is read in pieces of 500, from any of their places',
  async (count) => {
    const end = open(await temporaryDirectory())
    const rows = Array.from({ length: count }, (_, index) => row(`v${String(index).padStart(4, '0')}`))
    await end.write(rows)
    const pieces = await all(end.read())
    expect(pieces.map((piece) => piece.rows.length)).toEqual(
      [500, 500].map((size, index) => Math.min(size, count - index * 500)).filter((size) => size > 0),
    )
    expect(pieces.flatMap((piece) => piece.rows)).toEqual(rows)
    expect(pieces.at(-1)?.share).toBe(1)
    const [first] = pieces as [Piece]
    expect((await all(end.read(first.place))).flatMap((piece) => piece.rows)).toEqual(rows.slice(500))
    expect(await all(end.read(pieces.at(-1)?.place))).toEqual([])
    await end.close()
  },
)

test('definitions of features go along', async () => {
  const directory = await temporaryDirectory()
  const definitions = new Map([['site', { features: [], at: { epoch: 0, offset: 7 }, writtenUs: 1 }]])
  const end = open(directory)
  expect(await end.definitions()).toEqual(new Map())
  await end.setDefinitions(definitions)
  expect(await end.definitions()).toEqual(definitions)
  await end.close()
  const store = openLmdbStore(directory)
  expect(await store.readDefinitions()).toEqual(definitions)
  await store.close()
})

test('rows that are written again are the same, and what was erased is not written', async () => {
  const directory = await temporaryDirectory()
  const end = open(directory)
  await end.write([row('a'), row('b', { bytes: Buffer.alloc(0) }), row('a')])
  await end.write([row('a')])
  await end.write([])
  expect((await all(end.read())).flatMap(({ rows }) => rows.map(({ visitorId }) => visitorId))).toEqual(['a'])
  await end.close()
})

test('a profile that is damaged is carried as it is, and begins anew where it is folded', async () => {
  const directory = await temporaryDirectory()
  const { root, profiles } = openLmdbTables(directory)
  const damaged = Buffer.from([5, 1, 2, 3])
  await profiles.put(['site', 'a'], encodeRow('site', 'a', damaged, 0))
  await root.close()
  const [from, to] = [open(directory), open(await temporaryDirectory())]
  const [piece] = await all(from.read())
  expect(piece?.rows).toEqual([row('a', { bytes: damaged, position: { epoch: 0, offset: 0, writtenUs: 1 } })])
  await to.write(piece?.rows ?? [])
  expect((await all(to.read()))[0]?.rows[0]?.bytes).toEqual(damaged)
  await from.close()
  await to.close()
})

test('a row that is not what was written is not copied', async () => {
  const directory = await temporaryDirectory()
  const { root, profiles } = openLmdbTables(directory)
  await profiles.put(['site', 'a'], encodeRow('site', 'b', bytes, 0))
  await root.close()
  const end = open(directory)
  await expect(all(end.read())).rejects.toThrow('not what was written')
  await end.close()
})

test('of several logs its own counts; without it folding begins anew', async () => {
  for (const [logs, offset, epoch] of [
    [[], 0, 0],
    [[{ log: 'other', epoch: 3, offset: 9 }], 0, 4],
    [
      [
        { log: 'other', epoch: 3, offset: 9 },
        { log: 'log', epoch: 2, offset: 2 ** 40 },
      ],
      2 ** 40,
      2,
    ],
  ] as const) {
    const directory = await temporaryDirectory()
    const end = open(directory)
    await end.setLogs(logs)
    await end.close()
    const again = open(directory)
    expect(await again.logs()).toEqual([{ log: 'log', epoch, offset }])
    await again.close()
    const store = openLmdbStore(directory)
    expect(await store.resumePoint()).toMatchObject({ epoch, offset })
    await store.close()
  }
})
