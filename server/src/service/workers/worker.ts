import { statSync } from 'node:fs'
import { join } from 'node:path'
import { createTimelines } from '../../consumers/tv/timelines.ts'
import { followDefinitions, type FollowedDefinitions } from '../../decide/read/follow-definitions.ts'
import { followLog } from '../../forwarding/follow.ts'
import { followAirings } from '../../forwarding/follow-airings.ts'
import { createForward } from '../../forwarding/forward.ts'
import { peerKey } from '../../identity/key.ts'
import { findSecret } from '../../identity/secret.ts'
import { encodeRecord } from '../../ingest/record.ts'
import type { EventSink } from '../../ingest/sink.ts'
import { type Chunks, readChunkFiles, soundChunks } from '../../snippet/chunks.ts'
import { openLmdbStore } from '../../stores/lmdb/lmdb.ts'
import type { ProfileStore } from '../../stores/store.ts'
import type { Assembly, ServiceCore } from '../core.ts'
import { createFolding } from '../folding.ts'
import { openRemoteStore } from '../open-remote-store.ts'
import { createProfileReading } from '../profile-reading.ts'
import { followControl } from './follow-control.ts'
import type { SocketPaths } from './messages.ts'

/** Address of the owner as its answers name it; it is reached by its Unix socket. */
const OWNER_URL = 'http://owner'

/** Options of a worker. */
export interface WorkerOptions {
  sockets: Pick<SocketPaths, 'owner' | 'control'>
  /** Called when the owner has another file of profiles than the one that is read here. */
  onOutdated(): void
}

/** Tells the file of profiles in a data directory from one that takes its place; 0 where there is none. */
export function storeIdOf(dataDirectory: string): number {
  return statSync(join(dataDirectory, 'profiles', 'data.mdb'), { throwIfNoEntry: false })?.ino ?? 0
}

/** Reads the chunks of this and earlier builds, which the owner keeps. */
async function readChunks({ settings, chunks: current, report }: ServiceCore): Promise<Chunks> {
  try {
    return new Map([...soundChunks(await readChunkFiles(join(settings.dataDirectory, 'chunks'))), ...current])
  } catch (cause) {
    report('the scripts of earlier builds cannot be read', cause)
    return current
  }
}

/**
 * One of several processes that answer: it reads profiles itself, and hands events to the process that owns the log. It
 * begins once that one has opened its data, for the directory is the owner's.
 */
export async function assembleWorker(core: ServiceCore, { sockets, onOutdated }: WorkerOptions): Promise<Assembly> {
  const { settings, parts, now, report } = core
  const { dataDirectory, store: address } = settings
  let storeId: number | undefined
  let reading: { store: ProfileStore; forget: Assembly['profiles']['forget'] } | undefined = undefined
  let definitions: FollowedDefinitions | undefined = undefined
  const control = followControl({
    path: sockets.control,
    onWritten: (site, id, profile) => reading?.forget(site, id, profile),
    onCommit: () => reading?.store.renew?.(),
    onDefinitions() {
      reading?.store.renew?.()
      definitions?.renew()
    },
    onState(state) {
      if (storeId !== undefined && state.storeId !== storeId) onOutdated()
    },
  })
  parts.add(control)
  await control.known
  const secret = settings.secret ?? (await findSecret(dataDirectory))
  if (secret === undefined) throw new Error(`${dataDirectory} has lost its secret`)
  const owner = { ownerUrl: OWNER_URL, socketPath: sockets.owner, key: peerKey(secret) }
  const forward = createForward(owner)
  parts.add({ close: () => forward.close() })
  if (address === undefined) storeId = storeIdOf(dataDirectory)
  const onDamage = (): void => report('a profile is not what was written')
  const store =
    address === undefined
      ? openLmdbStore(join(dataDirectory, 'profiles'), { isReadOnly: true, now, onDamage })
      : await openRemoteStore(core, address, 'none')
  parts.add({ close: () => store.close() })
  const { profiles } = parts.add(createProfileReading(core, store))
  reading = { store, forget: profiles.forget }
  const followed = followDefinitions({ store, onProblem: report })
  definitions = followed
  parts.add({ warm: followed.known, close: followed.stop })
  const consumer = followLog(store, control)
  parts.add({ ...createFolding(consumer), gauges: () => undefined })
  const sink: EventSink = { append: (records) => forward.append(records.map(encodeRecord)) }
  const chunks = await readChunks(core)
  const findChunk = (name: string): Buffer | undefined => chunks.get(name)
  const { exchange, agreement } = control
  const timelines = createTimelines({ now, onProblem: report })
  const airings = followAirings({ ...owner, timelines, onProblem: report })
  parts.add({ warm: airings.known, close: airings.close })
  return {
    ...{ secret, store, profiles, sink, eventSink: sink, consumer, findChunk, exchange, agreement },
    readDefinitions: followed.current,
    timelines,
  }
}
