import type { Sites } from '../catalog/sites.ts'
import { createDecider, type Decide } from '../decide/decide.ts'
import { createFeaturesOf } from '../decide/features-of.ts'
import { createVisitorResolver } from '../decide/resolve-visitor.ts'
import { createByteBudget } from '../http/app/byte-budget.ts'
import { createInflater } from '../http/app/content-encoding.ts'
import { createBodyReader } from '../http/app/read-body.ts'
import { createClientNetwork } from '../http/gate/client-network.ts'
import { createGeoReader } from '../http/gate/geo.ts'
import { createLimits } from '../http/gate/limits.ts'
import { createOriginGate } from '../http/gate/origin.ts'
import type { RouteCore } from '../http/routes/route.ts'
import type { Health } from '../http/schema/health.ts'
import { createKeys } from '../identity/key.ts'
import { createLinkVerifier } from '../identity/link.ts'
import { createTokens } from '../identity/token.ts'
import { createAdmissionQueue } from '../ingest/admission-queue.ts'
import { createIngest } from '../ingest/ingest.ts'
import { createLinkMemory } from '../ingest/link-memory.ts'
import type { LiveStreams } from '../live/live-streams.ts'
import type { Runtime } from '../snippet/runtime-files.ts'
import type { Assembly, ServiceCore } from './core.ts'

/** Batches that are under way in all connections, in bytes: what is parsed of them takes several times as much. */
const MAX_EVENT_BYTES = 16_777_216

type Access = Pick<RouteCore, 'keys' | 'tokens' | 'gate' | 'checkLimits' | 'readGeo' | 'clientNetwork'>

/** The part of an assembly that decisions need. */
export type DecideAssembly = Pick<
  Assembly,
  'secret' | 'exchange' | 'profiles' | 'sink' | 'readDefinitions' | 'timelines'
>

/** Makes the checks of who may ask, and how much. */
function createAccess(
  { settings, counts, now }: ServiceCore,
  { secret, exchange }: DecideAssembly,
  sites: Sites,
): Access {
  const clientNetwork = createClientNetwork(settings.trustedProxies)
  const checkLimits = createLimits({
    ...settings,
    clientNetwork,
    now: () => performance.now(),
    onRefused: counts.refused,
    exchange,
  })
  return {
    keys: createKeys(secret),
    tokens: createTokens({ secret, now }),
    gate: createOriginGate(sites, settings.allowLoopbackOrigins, checkLimits),
    checkLimits,
    readGeo: createGeoReader(settings),
    clientNetwork,
  }
}

/** Decisions, which remember the links that visitors open. */
function createDecisions(
  core: ServiceCore,
  { profiles, sink, readDefinitions, timelines }: DecideAssembly,
  { keys, tokens }: Access,
): Decide {
  const { counts, report, now } = core
  const resolveVisitor = createVisitorResolver({
    tokens,
    readProfile: profiles.read,
    verifyLink: createLinkVerifier(keys, now),
    featuresOf: createFeaturesOf(readDefinitions),
    rememberLink: createLinkMemory({
      sink,
      now,
      assume: profiles.assume,
      onFailure: (cause) => report('a link could not be remembered', cause),
    }),
    now,
    onStoreFailure(cause) {
      counts.failed('store')
      report('a profile could not be read', cause)
    },
  })
  return createDecider({
    resolveVisitor,
    airingsOf: timelines.of,
    now,
    onDecided: counts.decided,
    onEngineFailure(cause) {
      counts.failed('engine')
      report('the engine failed: every slot of this answer stays as the page has it', cause)
    },
  })
}

/** Makes decisions, and the checks before them. */
export function createDecideCore(
  core: ServiceCore,
  assembly: DecideAssembly,
  sites: Sites,
): Access & Pick<RouteCore, 'decide'> {
  const access = createAccess(core, assembly, sites)
  return { ...access, decide: createDecisions(core, assembly, access) }
}

/** The way in for events. */
function createEvents(
  { counts, now, nextTurn }: ServiceCore,
  { eventSink, consumer }: Assembly,
): Pick<RouteCore, 'ingest' | 'lane' | 'readEvents' | 'onShed'> {
  return {
    ingest: createIngest({ sink: eventSink, now, onAccepted: counts.taken }),
    lane: createAdmissionQueue({ isBehind: consumer.isBehind, nextTurn }),
    readEvents: createBodyReader({
      budget: createByteBudget(MAX_EVENT_BYTES),
      inflate: createInflater(),
      onNoRoom: () => counts.refused('memory'),
    }),
    onShed: () => counts.refused('overload'),
  }
}

/** Makes the core that all routes share. */
export function createRouteCore(
  core: ServiceCore,
  assembly: Assembly,
  parts: { sites: Sites; runtime: Runtime; health: Health; live: LiveStreams },
): Omit<RouteCore, 'listener'> {
  const { settings, metrics, now } = core
  return {
    settings,
    metrics,
    now,
    ...parts,
    ...createDecideCore(core, assembly, parts.sites),
    sink: assembly.sink,
    findChunk: assembly.findChunk,
    airingsOf: assembly.timelines.of,
    ...createEvents(core, assembly),
    ...(assembly.intake ? { intake: assembly.intake } : {}),
    ...(assembly.readTallies ? { readTallies: assembly.readTallies } : {}),
  }
}
