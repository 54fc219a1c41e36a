import { open } from 'lmdb'
import { expect, test } from 'vitest'
import { encodeProfile } from '../../../src/profiles/codec.ts'
import { fold } from '../../../src/profiles/fold.ts'
import { encodeDefinitions } from '../../../src/stores/definitions-text.ts'
import { type LmdbTables, openLmdbTables } from '../../../src/stores/lmdb/lmdb.ts'
import { CHECK_KEY, checkOf, OFFSET_KEY, putFolded } from '../../../src/stores/lmdb/lmdb-meta.ts'
import { encodeRow } from '../../../src/stores/lmdb/lmdb-row.ts'
import { verifyProfiles } from '../../../src/stores/lmdb/lmdb-sound.ts'
import { MdbDamagedError } from '../../../src/stores/lmdb/mdb-file/damage.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const profile = encodeProfile(fold(undefined, { event: { type: 'page', messageId: 'm', timestamp: '' }, atMs: 5_000 }))
const row = (visitorId: string): Buffer => encodeRow('site', visitorId, profile, 5_000)

/** Writes whatever a test wants into the tables of a store; returns the store's directory. */
async function directoryWith(write: (tables: LmdbTables) => void): Promise<string> {
  const directory = await temporaryDirectory()
  const tables = openLmdbTables(directory)
  tables.root.transactionSync(() => write(tables))
  await tables.root.close()
  return directory
}

type Write = (tables: LmdbTables) => void

const offset: Write = ({ meta }) => {
  meta.putSync(OFFSET_KEY, 7)
  meta.putSync(CHECK_KEY, checkOf(7))
}
const profiles: Write = (tables) => void tables.profiles.putSync(['site', 'a'], row('a'))
const oldProfile: Write = (tables) => void tables.profiles.putSync(['site', 'a'], profile)
const all =
  (...writes: Write[]): Write =>
  (tables) =>
    writes.forEach((write) => write(tables))
const SITE = { features: [], at: { epoch: 0, offset: 7 }, writtenUs: 1 }
const definitions =
  (text: string | number): Write =>
  ({ meta }) =>
    void meta.putSync('definitions site', text)
/** A row under a key that no store writes. */
const under =
  (key: unknown): Write =>
  (tables) =>
    void tables.profiles.putSync(key as [string, string], row('a'))

test.each<[string, Write]>([
  ['nothing', () => undefined],
  ['an offset and no profile', offset],
  ['an offset and a profile', all(offset, profiles)],
  ['the first offset', all(profiles, ({ meta }) => [meta.putSync(OFFSET_KEY, 0), meta.putSync(CHECK_KEY, checkOf(0))])],
  ['profiles of before there were checksums', all(oldProfile, ({ meta }) => meta.putSync(OFFSET_KEY, 7))],
  ['profiles of before and of now', all(offset, profiles, (tables) => tables.profiles.putSync(['site', 'b'], profile))],
  [
    'a row that was written as it is and holds no profile',
    all(
      offset,
      (tables) => void tables.profiles.putSync(['site', 'b'], encodeRow('site', 'b', Buffer.from([5, 1]), 0)),
    ),
  ],
  ['definitions of features', all(offset, definitions(encodeDefinitions(SITE)))],
  [
    'the offset of a log that is not its first',
    all(profiles, ({ meta }) =>
      putFolded(meta, { epoch: 3, offset: 9 }).forEach((put) => void put.catch(() => undefined)),
    ),
  ],
  ['more about the store than is known', all(offset, ({ meta }) => meta.putSync('later', 1))],
])('a store with %s is sound', async (_name, write) => {
  await expect(verifyProfiles(await directoryWith(write))).resolves.toBeUndefined()
})

const NOWHERE = 'nothing says up to where the log is folded'

test.each<[string, Write, string]>([
  ['a profile and no offset', profiles, NOWHERE],
  ['an old profile and no offset', oldProfile, NOWHERE],
  ['definitions that were changed', all(offset, definitions(encodeDefinitions(SITE).replace('7', '8'))), 'is damaged'],
  ['definitions that are no text', all(offset, definitions(7)), 'is damaged'],
  ['the epoch of another log', all(offset, ({ meta }) => meta.putSync('epoch', 2)), 'is damaged'],
  ['an offset without its checksum', all(profiles, ({ meta }) => meta.putSync(OFFSET_KEY, 7)), NOWHERE],
  ['a checksum without its offset', all(profiles, ({ meta }) => meta.putSync(CHECK_KEY, checkOf(7))), NOWHERE],
  ['the checksum of another offset', all(offset, ({ meta }) => meta.putSync(OFFSET_KEY, 8)), 'is damaged'],
  ['an offset that is a text', all(offset, ({ meta }) => meta.putSync(OFFSET_KEY, '7' as never)), NOWHERE],
  ['an offset that is no whole number', all(offset, ({ meta }) => meta.putSync(OFFSET_KEY, 7.5)), NOWHERE],
  ['an offset beyond all that can be counted', all(offset, ({ meta }) => meta.putSync(OFFSET_KEY, 2 ** 60)), NOWHERE],
  ['a row under a text', all(offset, under('site')), 'a row is nobody’s'],
  ['a row under a number', all(offset, under(5)), 'a row is nobody’s'],
  ['a row of a site alone', all(offset, under(['site'])), 'a row is nobody’s'],
  ['a row of three names', all(offset, under(['site', 'a', 'b'])), 'a row is nobody’s'],
  ['a row of a visitor that is a number', all(offset, under(['site', 1])), 'a row is nobody’s'],
  ['a row of a site that is null', all(offset, under([null, 'a'])), 'a row is nobody’s'],
  ['a row at the place of another', all(offset, under(['site', 'b'])), 'a row of profiles is damaged'],
  [
    'an empty row',
    all(offset, (tables) => tables.profiles.putSync(['site', 'a'], Buffer.alloc(0))),
    'a row of profiles is damaged',
  ],
  [
    'an old row that is no profile',
    all(offset, (tables) => tables.profiles.putSync(['site', 'a'], Buffer.from([5, 1]))),
    'a row of profiles is damaged',
  ],
])('a store with %s is damaged', async (_name, write, why) => {
  const verified = verifyProfiles(await directoryWith(write))
  await expect(verified).rejects.toThrow(why)
  await expect(verified).rejects.toThrow(MdbDamagedError)
})

test('a store with a table of somebody else is damaged', async () => {
  const directory = await directoryWith(all(offset, profiles))
  const root = open({ path: directory, maxDbs: 3 })
  await root.openDB({ name: 'others' }).put('a', 1)
  await root.close()
  await expect(verifyProfiles(directory)).rejects.toThrow('a table that is none of ours')
})

test('what a copy has left half-made lacks its offset, and each of its rows has to be sound', async () => {
  await expect(verifyProfiles(await directoryWith(profiles), { mayBeHalf: true })).resolves.toBeUndefined()
  await expect(verifyProfiles(await directoryWith(under(['site', 'b'])), { mayBeHalf: true })).rejects.toThrow(
    'a row of profiles is damaged',
  )
})
