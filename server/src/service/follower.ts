import { createTimelines } from '../consumers/tv/timelines.ts'
import { followDefinitions } from '../decide/read/follow-definitions.ts'
import { followLog } from '../forwarding/follow.ts'
import { followAirings } from '../forwarding/follow-airings.ts'
import { createForward } from '../forwarding/forward.ts'
import { peerKey } from '../identity/key.ts'
import { encodeRecord } from '../ingest/record.ts'
import { type EventSink, tellAppends } from '../ingest/sink.ts'
import type { Assembly, ServiceCore } from './core.ts'
import { createChunkFetcher } from './fetch-chunk.ts'
import { createFolding } from './folding.ts'
import { openRemoteStore } from './open-remote-store.ts'
import { createProfileReading } from './profile-reading.ts'

/** A service that keeps nothing on its machine: profiles are in the cluster, events go to the service that owns the log. */
export async function assembleFollower(core: ServiceCore, ownerUrl: string): Promise<Assembly> {
  const { settings, given, parts } = core
  const secret = settings.secret as string
  const forward = createForward({ ownerUrl, key: peerKey(secret) })
  parts.add({ close: () => forward.close() })
  const store = given.store ?? (await openRemoteStore(core, settings.store as string, 'none'))
  parts.add({ close: () => store.close() })
  const { profiles } = parts.add(createProfileReading(core, store))
  const definitions = followDefinitions({ store, onProblem: core.report })
  parts.add({ warm: definitions.known, close: definitions.stop })
  const consumer = followLog(store)
  parts.add(createFolding(consumer))
  const forwarding: EventSink = { append: (records) => forward.append(records.map(encodeRecord)) }
  // Another service folds: this is the first that one hears of a profile's change.
  const sink = tellAppends(forwarding, profiles.forget)
  const findChunk = createChunkFetcher({ ownerUrl, current: core.chunks, now: () => performance.now() })
  const readDefinitions = definitions.current
  const timelines = createTimelines({ now: core.now, onProblem: core.report })
  const airings = followAirings({ ownerUrl, key: peerKey(secret), timelines, onProblem: core.report })
  parts.add({ warm: airings.known, close: airings.close })
  return { secret, store, profiles, sink, eventSink: sink, consumer, findChunk, readDefinitions, timelines }
}
