import type { DecideContext } from 'prepaint/engine'
import type { Consent, Tier } from 'prepaint/protocol'
import type { Site } from '../catalog/site.ts'
import type { VerifyLink } from '../identity/link.ts'
import { userProfileId } from '../identity/profile-id.ts'
import type { Tokens } from '../identity/token.ts'
import { linkedFacts } from '../profiles/linked.ts'
import { visitorFacts } from '../profiles/profile.ts'
import type { ProfileFound, ProfileRead, ReadProfile } from './profile-reader.ts'

/** How long a client may keep an answer for which the store did not give the profile in time, in ms. */
const WITHOUT_STORE_CACHE_MS = 60_000

/** Who asks, as they say. */
export interface Asker {
  site: Site
  consent: Consent
  /** As the client sent them: they may be anything. */
  token?: string | undefined
  link?: string | undefined
  /** False under Global Privacy Control: then nobody is joined with a user. */
  mayLink: boolean
  /** From a server that has a server key: the decision is for this user, and no visitor is there. */
  userId?: string | undefined
}

/** Who is asking, as far as consent and the store allow to know. */
export interface Visit {
  context: Pick<DecideContext, 'visitorId' | 'visitor'> & { userId?: string }
  tier: Tier
  /** Present when the visitor was minted for this question. */
  token?: string
  /** Longest time that a client may keep the answer, in ms. */
  cacheMs: number
}

/** What telling visits needs. */
export interface VisitOptions {
  tokens: Tokens
  verifyLink: VerifyLink
  readProfile: ReadProfile
  /** Makes the next view of this visitor need no link. */
  rememberLink(site: string, visitorId: string, userId: string): void
  /** Told when the store failed; the answer is contextual then. */
  onStoreFailure(cause: unknown): void
}

/** Tells who is asking. Reads at most two profiles, within one budget. */
export type VisitOf = (asker: Asker) => Promise<Visit>

/** Nothing can be known of a visitor who did not exist a moment ago: the first view costs no read. */
const NEW: ProfileRead = { outcome: 'read', tier: 'live', profile: undefined }

/** Best first. */
const TIERS = ['live', 'cached', 'stale'] as const

/** An answer is as new as the oldest that it was made of. */
function worstTier(reads: readonly ProfileFound[]): ProfileFound['tier'] {
  return TIERS[Math.max(...reads.map(({ tier }) => TIERS.indexOf(tier)))] ?? 'live'
}

/** Makes the one place that knows visitors, links and users apart. */
export function createVisits(options: VisitOptions): VisitOf {
  const { tokens, verifyLink, readProfile, rememberLink, onStoreFailure } = options

  function visit({ cacheMs }: Site, ids: { visitorId: string; userId?: string | undefined }, reads: readonly ProfileRead[]): Visit {
    const { visitorId, userId } = ids
    const context = { visitorId, ...(userId === undefined ? {} : { userId }) }
    for (const read of reads) if (read.outcome === 'failed') onStoreFailure(read.cause)
    const briefly = Math.min(cacheMs, WITHOUT_STORE_CACHE_MS)
    // Half of what is known would be neither the person nor the page.
    if (!reads.every((read) => read.outcome === 'read')) return { context, tier: 'contextual', cacheMs: briefly }
    const tier = worstTier(reads)
    const visitor = reads.map(({ profile }) => visitorFacts(profile)).reduce(linkedFacts)
    return { context: { ...context, visitor }, tier, cacheMs: tier === 'stale' ? briefly : cacheMs }
  }

  return async ({ site, consent, token, link, mayLink, userId }) => {
    const { name, cacheMs } = site
    if (consent !== 'granted') return { context: {}, tier: 'contextual', cacheMs }
    const sinceMs = performance.now()
    const readUser = (id: string): ProfileRead | Promise<ProfileRead> => readProfile(name, userProfileId(id), sinceMs)
    if (userId !== undefined) return visit(site, { visitorId: userId, userId }, [await readUser(userId)])

    const proved = mayLink ? verifyLink(name, link) : undefined
    const provedRead = proved === undefined ? undefined : readUser(proved)
    const known = tokens.verify(name, token)
    const minted = known === undefined ? tokens.mint(name) : undefined
    const visitorId = known ?? (minted?.visitorId as string)
    const own = minted ? NEW : await readProfile(name, visitorId, sinceMs)
    const remembered = mayLink && own.outcome === 'read' ? own.profile?.linkedUserId : undefined
    if (proved !== undefined && own.outcome === 'read' && proved !== remembered) rememberLink(name, visitorId, proved)
    const linked = proved ?? remembered
    const reads = linked === undefined ? [own] : [own, await (provedRead ?? readUser(linked))]
    return { ...visit(site, { visitorId, userId: linked }, reads), ...(minted ? { token: minted.token } : {}) }
  }
}
