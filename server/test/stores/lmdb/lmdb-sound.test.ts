import { chmod, mkdir, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fold } from '../../../src/profiles/fold.ts'
import { openLmdbTables } from '../../../src/stores/lmdb/lmdb.ts'
import { openSoundLmdbStore, verifyProfiles } from '../../../src/stores/lmdb/lmdb-sound.ts'
import { temporaryDirectory } from '../../support/start-service.ts'

const NOW_MS = Date.parse('2026-11-21T09:00:00.000Z')
const ASIDE = 'data.mdb.damaged-2026-11-21T09-00-00.000Z'
const event = { type: 'page', messageId: 'm', timestamp: '' } as const
const write = {
  site: 'site',
  visitorId: 'a',
  profile: fold(undefined, { event, atMs: NOW_MS }),
  position: { epoch: 0, offset: 7, writtenUs: 1 },
}

/** Opens the profiles in a directory; what is told is kept. */
async function openIn(directory: string) {
  const told: string[] = []
  const store = await openSoundLmdbStore({ directory, tell: (line) => told.push(line), now: () => NOW_MS })
  return { store, told }
}

/** A directory with one profile, folded up to 7, that was closed in order. */
async function closed(): Promise<{ directory: string; file: string }> {
  const directory = join(await temporaryDirectory(), 'profiles')
  const { store } = await openIn(directory)
  await store.commit([write], { epoch: 0, offset: 7 })
  await store.close()
  return { directory, file: join(directory, 'data.mdb') }
}

/** Opens, says what is there, and closes. */
async function look(directory: string) {
  const { store, told } = await openIn(directory)
  const found = {
    offset: (await store.resumePoint()).offset,
    isKnown: Boolean(await store.readFacts('site', 'a')),
    told,
  }
  await store.close()
  return found
}

const SOUND = { offset: 7, isKnown: true, told: [] }
const anew = (why: string) => ({
  offset: 0,
  isKnown: false,
  told: [expect.stringContaining(`the profiles are damaged (${why}`) as string],
})

test('what was closed in order is there again, any number of times, for its user alone', async () => {
  const { directory, file } = await closed()
  await chmod(file, 0o644)
  await chmod(directory, 0o755)
  for (let times = 0; times < 3; times++) expect(await look(directory)).toEqual(SOUND)
  const modes = await Promise.all(
    [directory, file, join(directory, 'lock.mdb')].map(async (path) => (await stat(path)).mode & 0o777),
  )
  expect(modes).toEqual([0o700, 0o600, 0o600])
})

test('a store that is open says nothing of a clean end until it is closed', async () => {
  const { directory } = await closed()
  expect(await readdir(directory)).toContain('closed')
  const { store } = await openIn(directory)
  expect(await readdir(directory)).not.toContain('closed')
  await store.close()
  expect(await readdir(directory)).toContain('closed')
})

test.each<[string, (file: string) => Promise<unknown>, string]>([
  ['emptied', (file) => truncate(file), 'the file ends in its first pages'],
  ['overwritten', (file) => writeFile(file, 'x'.repeat(20_000)), 'a meta page is none'],
  [
    'replaced by a directory',
    async (file) => {
      await rm(file)
      await mkdir(file)
    },
    'data.mdb is no file',
  ],
  [
    'replaced by a link to nothing',
    async (file) => {
      await rm(file)
      await symlink('/nowhere/at/all', file)
    },
    'data.mdb is no file',
  ],
])('profiles that were %s are kept aside, told, and begin anew', async (_name, damage, why) => {
  const { directory, file } = await closed()
  await damage(file)
  expect(await look(directory)).toEqual(anew(why))
  expect(await readdir(directory)).toContain(ASIDE)
  expect(await look(directory)).toMatchObject({ offset: 0, told: [] })
})

test('a file in the place of the directory is kept aside, and so is a directory in that of the lock', async () => {
  const { directory } = await closed()
  await rm(join(directory, 'lock.mdb'))
  await mkdir(join(directory, 'lock.mdb'))
  expect(await look(directory)).toEqual(SOUND)
  await rm(directory, { recursive: true })
  await writeFile(directory, 'x')
  expect(await look(directory)).toMatchObject(anew('profiles is no directory'))
})

test('a profile that is damaged while the store is open is told once, and all are folded anew at the next start', async () => {
  const { directory } = await closed()
  const tables = openLmdbTables(directory)
  const row = Buffer.from(tables.profiles.getBinary(['site', 'a']) as Buffer)
  await tables.root.close()
  const { store, told } = await openIn(directory)
  row[20] = (row[20] as number) ^ 1
  const beside = openLmdbTables(directory)
  await beside.profiles.put(['site', 'a'], row)
  for (let times = 0; times < 2; times++) expect(() => store.readFacts('site', 'a')).toThrow('not what was written')
  expect(await store.base('site', 'a')).toEqual({ profile: undefined, isDamaged: true })
  expect(told).toEqual([expect.stringContaining('at the next start all of them are folded anew') as string])
  await beside.root.close()
  await store.close()
  expect(await readdir(directory)).toContain('damaged')
  expect(await look(directory)).toEqual(anew('a profile was not what had been written'))
  expect(await readdir(directory)).not.toContain('damaged')
})

test('a large file that was closed in order is not read as a whole, and one that has changed since is', async () => {
  const { directory, file } = await closed()
  const { store } = await openIn(directory)
  const tables = openLmdbTables(directory)
  tables.root.transactionSync(() => {
    // Rows of nobody: who reads them finds damage.
    for (let row = 0; row < 35; row++) tables.profiles.putSync([`${row}`] as never, Buffer.alloc(1_000_000))
  })
  await tables.root.close()
  await store.close()
  const { size } = await stat(file)
  expect(size).toBeGreaterThan(33_554_432)
  expect(await look(directory)).toEqual(SOUND)
  await chmod(file, 0o640)
  expect(await look(directory)).toMatchObject({
    offset: 0,
    told: [expect.stringContaining('a row is nobody’s') as string],
  })
})

test('profiles that are not there, or no file, cannot be verified', async () => {
  const directory = await temporaryDirectory()
  await expect(verifyProfiles(directory)).rejects.toThrow('ENOENT')
  await mkdir(join(directory, 'data.mdb'))
  await expect(verifyProfiles(directory)).rejects.toThrow('it is no file')
})
