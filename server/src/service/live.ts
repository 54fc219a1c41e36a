import type { Sites } from '../catalog/sites.ts'
import { createLivePlanner } from '../decide/live-message.ts'
import { createLiveStreams, type LiveStreams } from '../live/live-streams.ts'
import type { Assembly, ServiceCore } from './core.ts'

/** Share of the connections that streams may take: the others are for decisions. */
const SHARE_OF_CONNECTIONS = 0.5

/** Makes the streams of live slots, which hear of each change of airings. */
export function createLive(
  { settings, metrics, counts, report, now, parts, given }: ServiceCore,
  { timelines }: Pick<Assembly, 'timelines'>,
  sites: Sites,
): LiveStreams {
  const { liveStreams, liveStreamsPerNetwork, maxConnections } = settings
  const plan = createLivePlanner({
    airingsOf: timelines.of,
    now,
    onEngineFailure(cause) {
      counts.failed('engine')
      report('the engine failed: no plan of live slots is told', cause)
    },
  })
  const live = createLiveStreams({
    most: Math.min(liveStreams, Math.floor(maxConnections * SHARE_OF_CONNECTIONS)),
    mostOfNetwork: liveStreamsPerNetwork,
    siteOf: sites.get,
    plan,
    offSince: timelines.offSince,
    now,
    random: given.random ?? Math.random,
    metrics,
  })
  parts.add({ close: timelines.onChange((site) => live.changed(site)) })
  return live
}
