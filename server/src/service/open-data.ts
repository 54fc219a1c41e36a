import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Settings } from '../config.ts'
import { claimDataDirectory } from '../data-directory.ts'
import { readSecret } from '../identity/secret.ts'
import { openLmdbStore } from '../stores/lmdb.ts'
import type { ProfileStore } from '../stores/store.ts'
import type { EventLog } from '../streams/log.ts'
import { openSegments } from '../streams/segments.ts'
import type { Closers } from './closers.ts'

/** What a service keeps beyond its own life. */
export interface Data {
  secret: string
  store: ProfileStore
  log: EventLog
}

/**
 * Claims the data directory and opens what lies in it, or what stands in for it.
 * @throws ConfigError when another service has the directory.
 */
export async function openData(
  { dataDirectory, secret, takeoverMs }: Settings,
  given: { store?: ProfileStore; log?: EventLog },
  closers: Closers,
  log: FastifyBaseLogger,
): Promise<Data> {
  const onWait = (): void => log.info('waiting for the service that has the data directory to end')
  closers.add(await claimDataDirectory(dataDirectory, { waitMs: takeoverMs, onWait }))
  const ownSecret = secret ?? (await readSecret(dataDirectory))
  const store = given.store ?? openLmdbStore(join(dataDirectory, 'profiles'))
  closers.add(() => store.close())
  const segments = { directory: join(dataDirectory, 'log'), minEnd: await store.offset(), onDamage: (damage: string) => log.error(damage) }
  const events = given.log ?? (await openSegments(segments))
  closers.add(() => events.close())
  return { secret: ownSecret, store, log: events }
}
