import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { catalogText } from '../../server/src/loadtest/site.ts'
import { visitorId } from '../../server/src/loadtest/visitors.ts'
import { encodeProfile } from '../../server/src/profiles/codec.ts'
import { openLmdbStore } from '../../server/src/stores/lmdb/lmdb.ts'
import { profileOf, SITE, VISITORS } from './visitors.ts'

/** Profiles in one transaction. */
const CHUNK = 20_000

/** Files that the measured service starts with. */
export interface DecideData {
  catalogFile: string
  dataDirectory: string
}

/** No log has made these profiles. */
const START = { epoch: 0, offset: 0, writtenUs: 0 }

/** In the order of the store's keys: a tree that is filled in order is written once, and is smaller. */
async function fill(directory: string, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_none, index) => ({ id: visitorId(index), index }))
  ids.sort((left, right) => (left.id < right.id ? -1 : 1))
  const store = openLmdbStore(directory)
  for (let start = 0; start < ids.length; start += CHUNK) {
    const chunk = ids.slice(start, start + CHUNK)
    const writes = chunk.map(({ id, index }) => ({
      site: SITE,
      visitorId: id,
      profile: profileOf(index),
      position: START,
    }))
    await store.commit(writes, START)
  }
  await store.close()
}

/** Makes the catalog, and once for all runs a million profiles: five minutes on a busy machine, and 2 GB in `out/`. */
export async function ensureDecideData(): Promise<DecideData> {
  // What a profile is made of is part of the name: other bytes are other data.
  const version = `${encodeProfile(profileOf(1)).toString('base64url', 0, 4)}-${encodeProfile(profileOf(1)).length}`
  const dataDirectory = fileURLToPath(new URL(`../../out/bench/decide-${version}`, import.meta.url))
  const profiles = join(dataDirectory, 'profiles')
  const catalogFile = join(dataDirectory, 'catalog.yaml')
  await mkdir(dataDirectory, { recursive: true })
  await writeFile(catalogFile, catalogText(SITE))
  if (existsSync(profiles)) return { catalogFile, dataDirectory }
  const startMs = performance.now()
  process.stderr.write(`making ${VISITORS} profiles in ${dataDirectory}, once…\n`)
  await rm(`${profiles}-new`, { recursive: true, force: true })
  await fill(`${profiles}-new`, VISITORS)
  await rename(`${profiles}-new`, profiles)
  process.stderr.write(`made in ${Math.round((performance.now() - startMs) / 1_000)} s\n`)
  return { catalogFile, dataDirectory }
}

/** Makes a few profiles in a directory of their own, in a second. */
export async function makeSmallData(dataDirectory: string, visitors: number): Promise<DecideData> {
  const catalogFile = join(dataDirectory, 'catalog.yaml')
  await writeFile(catalogFile, catalogText(SITE))
  await fill(join(dataDirectory, 'profiles'), visitors)
  return { catalogFile, dataDirectory }
}
