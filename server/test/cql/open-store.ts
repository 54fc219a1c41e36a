import { createHash } from 'node:crypto'
import { inject } from 'vitest'
import type { Definitions } from '../../src/profiles/features/definitions.ts'
import { type CqlAddress, parseCqlAddress } from '../../src/stores/cql/address.ts'
import { openCqlStore } from '../../src/stores/cql/cql.ts'
import { migrate } from '../../src/stores/cql/migrate.ts'
import type { ProfileStore } from '../../src/stores/store.ts'

/** The address of the tests' cluster. */
export function testAddress(keyspace = 'prepaint_test', query = 'dc=dc1'): CqlAddress {
  return parseCqlAddress(`cql://${inject('cassandra').join(',')}/${keyspace}?${query}`)
}

/** Makes the keyspace of the tests, if it is not there yet. */
export function migrateTests(): Promise<unknown> {
  return migrate({
    address: testAddress(),
    credentials: {},
    database: inject('engine'),
    replicationFactor: 3,
    onVersion: () => undefined,
  })
}

/** Returns the prefix of a directory's sites and log in the shared store. */
export function ownName(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

/**
 * A store that lives as if in a directory: what its sites are called in the one keyspace follows from the directory, since
 * a keyspace for each test would take seconds.
 * @param logName another one is another log over the same profiles.
 */
export async function openTestStore(directory: string, logName = directory): Promise<ProfileStore> {
  const own = ownName(directory)
  const store = openCqlStore({
    address: testAddress(),
    credentials: {},
    logId: ownName(logName),
    now: Date.now,
    onProblem: (problem, cause) => process.stderr.write(`${problem}: ${String(cause)}\n`),
  })
  await store.opened()
  const name = (site: string): string => `${own}-${site}`
  const nameOf = (definitions: Definitions): Definitions =>
    new Map([...definitions].map(([site, one]) => [name(site), one]))
  return {
    ...store,
    readFacts: (site, visitorId) => store.readFacts(name(site), visitorId),
    base: (site, visitorId) => store.base(name(site), visitorId),
    commit: (writes, { definitions, ...progress }) =>
      store.commit(
        writes.map((write) => ({ ...write, site: name(write.site) })),
        { ...progress, ...(definitions ? { definitions: nameOf(definitions) } : {}) },
      ),
    async readDefinitions() {
      const all = [...(await store.readDefinitions())].filter(([site]) => site.startsWith(name('')))
      return new Map(all.map(([site, one]) => [site.slice(name('').length), one]))
    },
  }
}
