import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import { createForward } from '../forwarding/forward.ts'
import { peerKey } from '../identity/key.ts'
import { readSecret } from '../identity/secret.ts'
import { encodeRecord } from '../ingest/record.ts'
import { type EventSink, sinkOf } from '../ingest/sink.ts'
import type { Settings } from '../settings/config.ts'
import type { LmdbStore } from '../stores/lmdb/lmdb.ts'
import { openSoundLmdbStore } from '../stores/lmdb/lmdb-sound.ts'
import { openStore } from '../stores/open-store.ts'
import type { ProfileStore } from '../stores/store.ts'
import { readLogId } from '../streams/file-log/log-id.ts'
import { openSegments } from '../streams/file-log/segments.ts'
import type { EventLog } from '../streams/log.ts'
import { closeModes } from './close-modes.ts'
import type { Closers } from './closers.ts'
import { claimDataDirectory } from './data-directory.ts'

/** What a service keeps beyond its own life. */
export interface Data {
  secret: string
  store: ProfileStore
  /** Where events go. */
  sink: EventSink
  /** Absent where another service owns it. */
  log?: EventLog
  /** The store, where it is on this machine and the service's own. */
  local?: LmdbStore
}

/** What is opened, and what stands in for it. */
export interface DataOptions {
  settings: Settings
  given: { store?: ProfileStore; log?: EventLog }
  closers: Closers
  /** Ms since 1970. */
  now: () => number
  log: FastifyBaseLogger
}

function openRemote(address: string, logId: string, { settings, now, log }: DataOptions): Promise<ProfileStore> {
  const { cqlUsername: username, cqlPassword: password, cqlCaFile: caFile } = settings
  const onProblem = (problem: string, err?: unknown): void => log.error({ err }, problem)
  return openStore(address, { credentials: { username, password, caFile }, logId, now, onProblem })
}

/** Nothing is kept on this machine: profiles are in the cluster, events go to the service that owns the log. */
async function openFollower(ownerUrl: string, options: DataOptions): Promise<Data> {
  const { settings, given, closers } = options
  const secret = settings.secret as string
  const forward = createForward({ ownerUrl, key: peerKey(secret) })
  closers.add(() => forward.close())
  const store = given.store ?? (await openRemote(settings.store as string, 'none', options))
  closers.add(() => store.close())
  return { secret, store, sink: { append: (records) => forward.append(records.map(encodeRecord)) } }
}

/**
 * Claims the data directory and opens what lies in it, or what stands in for it.
 * @throws ConfigError when another service has the directory.
 */
export async function openData(options: DataOptions): Promise<Data> {
  const { settings, given, closers, log, now } = options
  const { dataDirectory, secret, store: address, takeoverMs, forwardEvents } = settings
  if (forwardEvents !== undefined) return openFollower(forwardEvents, options)
  const onWait = (): void => log.info('waiting for the service that has the data directory to end')
  closers.add(await claimDataDirectory(dataDirectory, { waitMs: takeoverMs, onWait }))
  const opened = await closeModes(dataDirectory)
  if (opened > 0)
    log.warn(`${opened} files and directories in ${dataDirectory} were open to other users, and are not any more`)
  const ownSecret = secret ?? (await readSecret(dataDirectory))
  const directory = join(dataDirectory, 'log')
  const tell = (message: string): void => log.error(message)
  const isLocal = address === undefined && !given.store
  const local = isLocal
    ? await openSoundLmdbStore({ directory: join(dataDirectory, 'profiles'), tell, now })
    : undefined
  // A local store may have seen more than what is left of the log; a cluster compares logs by their ids.
  const minEnd = local ? (await local.progress()).offset : 0
  const events = given.log ?? (await openSegments({ directory, minEnd, now, onDamage: (damage) => log.error(damage) }))
  // Closed in the opposite order: what is folded at the end must still find its log.
  closers.add(() => events.close())
  const store = given.store ?? local ?? (await openRemote(address as string, await readLogId(directory), options))
  closers.add(() => store.close())
  return { secret: ownSecret, store, sink: sinkOf(events), log: events, ...(local ? { local } : {}) }
}
