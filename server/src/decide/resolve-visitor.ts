import type { DecideContext, FeatureStates } from 'prepaint/engine'
import type { Consent, Tier } from 'prepaint/protocol'
import type { Site } from '../catalog/site.ts'
import type { WallClock } from '../clock.ts'
import type { VerifyLink } from '../identity/link.ts'
import { userProfileId } from '../identity/profile-id.ts'
import type { Tokens } from '../identity/token.ts'
import type { KnownFeatures } from '../profiles/features/known.ts'
import { isErasedSince, linkOf, type RememberLink } from '../profiles/link.ts'
import { linkedFacts } from '../profiles/linked.ts'
import type { ProfileFacts, ReadFacts } from '../profiles/profile.ts'
import { createOverlay } from './overlay.ts'
import type { ProfileFound, ProfileRead, ReadProfile } from './read/profile-reader.ts'
import { createDeviceReader } from './read-devices.ts'

/** Time for which a client may keep an answer that lacks the profile because the store was late, in ms. */
const WITHOUT_STORE_CACHE_MS = 60_000

/** Identity as the request claims it. */
export interface Identity {
  site: Site
  consent: Consent
  /** As the client sent them: they may be anything. */
  token?: string | undefined
  link?: string | undefined
  /** The visitor has ended the link that was opened before. */
  unlink?: true | undefined
  /** Events that the profile may lack, as the client sent them: they may be anything. */
  recent?: readonly unknown[] | undefined
  /** False under Global Privacy Control: then nobody is joined with a user. */
  mayLink: boolean
  /** Sent with the server key: the decision is for this user, and there is no visitor. */
  userId?: string | undefined
}

/** The visitor, as far as consent and the store allow to know. */
export interface ResolvedVisitor {
  context: Pick<DecideContext, 'visitorId' | 'visitor'> & { userId?: string }
  tier: Tier
  /** Present if the visitor was issued for this request. */
  token?: string
  /** Longest time that a client may keep the answer, in ms. */
  cacheMs: number
  /** Number of the first of the client's recent events that need not be sent again; absent if there were none. */
  folded?: number
  /** User whose profile is read beside the visitor's own, and the end of the link. */
  link?: { userId: string; untilMs: number }
}

/** Dependencies of resolving visitors. */
export interface VisitorResolverOptions {
  tokens: Tokens
  verifyLink: VerifyLink
  readProfile: ReadProfile
  rememberLink: RememberLink
  /** Returns the features that the site's decisions ask for. */
  featuresOf(site: Site): KnownFeatures
  /** Called if the store failed; the answer is contextual then. */
  onStoreFailure(cause: unknown): void
  now: WallClock
}

/** Resolves the visitor of a request. Reads at most two profiles and, of a user, those of the other devices, within one budget. */
export type ResolveVisitor = (identity: Identity) => Promise<ResolvedVisitor>

/** Read of a visitor who was just issued: there is no profile, so the first view costs no read. */
const NEW: ProfileRead = { outcome: 'read', tier: 'live', profile: undefined }

const NOTHING_SEEN = new Uint8Array()

/** Facts as a record of the log has them. */
function withoutSeen(read: ReadFacts): ProfileFacts {
  const facts = { ...read }
  delete facts.seen
  return facts
}

/** Best first. */
const TIERS = ['live', 'cached', 'stale'] as const

/** Returns the oldest of the tiers that an answer was made of. */
function worstTier(reads: readonly ProfileFound[]): ProfileFound['tier'] {
  return TIERS[Math.max(...reads.map(({ tier }) => TIERS.indexOf(tier)))] ?? 'live'
}

/** A user who may be joined with the visitor, unless the user was erased since. */
interface Candidate {
  userId: string
  untilMs: number
  holds(user: ProfileFacts | undefined): boolean
}

/** The first candidate that holds, and the read of its user. If a read fails, the whole resolution does. */
async function chooseLink(
  candidates: readonly Candidate[],
  readUser: (userId: string) => ProfileRead | Promise<ProfileRead>,
) {
  for (const candidate of candidates) {
    const read = await readUser(candidate.userId)
    if (read.outcome !== 'read' || candidate.holds(read.profile)) return { candidate, read }
  }
  return undefined
}

/** Makes a visitor of the profiles that were read, and of the features of a user's other devices. */
type Resolved = (
  site: Site,
  ids: { visitorId: string; userId?: string | undefined },
  reads: readonly ProfileRead[],
  devices: readonly FeatureStates[],
) => ResolvedVisitor

function createResolved({
  featuresOf,
  onStoreFailure,
}: Pick<VisitorResolverOptions, 'featuresOf' | 'onStoreFailure'>): Resolved {
  return (site, ids, reads, devices) => {
    const { cacheMs } = site
    const known = featuresOf(site)
    const { visitorId, userId } = ids
    const context = { visitorId, ...(userId === undefined ? {} : { userId }) }
    for (const read of reads) if (read.outcome === 'failed') onStoreFailure(read.cause)
    const briefly = Math.min(cacheMs, WITHOUT_STORE_CACHE_MS)
    // Half of what is known would be neither the person nor the page.
    if (!reads.every((read) => read.outcome === 'read')) return { context, tier: 'contextual', cacheMs: briefly }
    const tier = worstTier(reads)
    const [own, user] = reads.map(({ profile }) => profile)
    const facts = linkedFacts(own, user, known)
    const visitor = devices.length === 0 ? facts : { ...facts, features: devices.reduce(known.merge, facts.features) }
    return {
      context: { ...context, visitor },
      tier,
      cacheMs: tier === 'stale' ? briefly : cacheMs,
    }
  }
}

/** Makes the resolver, which alone knows visitors, links and users apart. */
export function createVisitorResolver(options: VisitorResolverOptions): ResolveVisitor {
  const { tokens, verifyLink, readProfile, rememberLink, now } = options

  const overlay = createOverlay()
  const readDevices = createDeviceReader(options)
  const resolved = createResolved(options)

  /** Adds what the browser has told of a visitor whom the service knows; what it tells of another one it need not tell again. */
  function withRecent(
    { site, recent = [] }: Identity,
    visitor: ResolvedVisitor,
    own: ReadFacts | undefined,
    isKnown: boolean,
  ): Pick<ResolvedVisitor, 'context' | 'folded'> {
    const { context } = visitor
    if (recent.length === 0 || !context.visitor) return { context }
    if (!isKnown) return { context, folded: recent.length }
    const profiled = { visitor: context.visitor, seen: own?.seen ?? NOTHING_SEEN, nowMs: now() }
    const { visitor: facts, folded } = overlay(site, recent, profiled)
    return { context: { ...context, visitor: facts }, folded }
  }

  return async (identity) => {
    const { site, consent, token, link, unlink, mayLink, userId } = identity
    const { name, cacheMs } = site
    if (consent !== 'granted') return { context: {}, tier: 'contextual', cacheMs }
    const sinceMs = performance.now()
    const readUser = (id: string): ProfileRead | Promise<ProfileRead> =>
      readProfile(name, userProfileId(id), sinceMs, true)
    const nowMs = now()
    if (userId !== undefined) {
      const asked = await readUser(userId)
      const devices = await readDevices(site, { userId, read: asked, own: { ids: [] }, nowMs, sinceMs })
      return resolved(site, { visitorId: userId, userId }, [asked], devices)
    }

    const proof = mayLink && !unlink ? verifyLink(name, link) : undefined
    const provedRead = proof && readUser(proof.userId)
    const known = tokens.verify(name, token)
    const own = known === undefined ? NEW : await readProfile(name, known, sinceMs, !identity.recent?.length)
    const read = own.outcome === 'read' ? own.profile : undefined
    const facts = read && (proof || unlink) ? withoutSeen(read) : read
    const remembered = linkOf(facts, nowMs)
    if (unlink && remembered && known !== undefined) {
      rememberLink(name, known, { ...remembered, untilMs: nowMs, facts, isNew: false })
    }

    const isUp = (user: ProfileFacts | undefined): boolean =>
      remembered !== undefined && !isErasedSince(remembered, user)
    const candidates: Candidate[] = []
    if (proof) candidates.push({ ...proof, holds: (user) => !isErasedSince(proof, user) })
    if (remembered && mayLink && !unlink) candidates.push({ ...remembered, holds: isUp })
    const linked =
      candidates.length === 0
        ? undefined
        : await chooseLink(candidates, (id) => (provedRead && id === proof?.userId ? provedRead : readUser(id)))
    const user = linked?.read.outcome === 'read' ? linked.read.profile : undefined
    const isProved = proof !== undefined && linked?.candidate === candidates[0]
    const isLinkedAlready = isProved && remembered?.userId === proof.userId && isUp(user)
    // Somebody else may have planted the token that this browser sends: it must not be joined with the user.
    const isJoining = isProved && !isLinkedAlready && own.outcome === 'read'
    const issued = known === undefined || isJoining ? tokens.issue(name) : undefined
    const visitorId = issued?.visitorId ?? (known as string)
    // On a shared device: the history of one user is no other one's.
    const isAnothers = isJoining && remembered !== undefined && remembered.userId !== proof.userId
    const from = isJoining ? known : remembered?.from
    if (isAnothers) rememberLink(name, visitorId, { ...proof, facts: undefined, isNew: true })
    else if (isJoining) rememberLink(name, visitorId, { ...proof, facts, isNew: true, from })
    else if (isLinkedAlready && proof.untilMs > remembered.untilMs) {
      rememberLink(name, visitorId, { ...proof, facts, isNew: false, from })
    }
    const before = isAnothers ? NEW : own
    const reads = linked ? [before, linked.read] : [before]
    const devices = linked
      ? await readDevices(site, {
          ...{ userId: linked.candidate.userId, read: linked.read, nowMs, sinceMs },
          own: { ids: [known, visitorId], from },
        })
      : []
    const visitor = resolved(site, { visitorId, userId: linked?.candidate.userId }, reads, devices)
    const leftMs = linked ? linked.candidate.untilMs - nowMs : Infinity
    return {
      ...visitor,
      ...withRecent(identity, visitor, read, known !== undefined && !isAnothers),
      cacheMs: Math.min(visitor.cacheMs, leftMs),
      ...(linked ? { link: { userId: linked.candidate.userId, untilMs: linked.candidate.untilMs } } : {}),
      ...(issued ? { token: issued.token } : {}),
    }
  }
}
