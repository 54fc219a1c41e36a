import { memberships } from 'prepaint/engine'
import type { Site } from '../catalog/site.ts'
import { userProfileId } from '../identity/profile-id.ts'
import type { KnownFeatures } from '../profiles/features/known.ts'
import { isEnded } from '../profiles/lifetime.ts'
import { isErasedSince, linkOf } from '../profiles/link.ts'
import { linkedFacts } from '../profiles/linked.ts'
import type { Profile } from '../profiles/profile.ts'
import type { ProfileStore } from '../stores/store.ts'

/** Profiles by their verdict. */
export interface AudienceCounts {
  in: number
  out: number
  /** It depends on the view, or on features that are not known. */
  unknown: number
}

/** Counts the profiles of a site in its audiences. */
export interface AudienceCounter {
  /** By the audiences' names, in the catalog's order. */
  readonly counts: ReadonlyMap<string, AudienceCounts>
  /** Number of profiles that were counted. */
  readonly profiles: number
  add(visitorId: string, profile: Profile): Promise<void>
}

/** True for all that is left of a user who was erased. */
function isRemnant({ erased, recent, serverMemory }: Profile): boolean {
  return erased !== undefined && recent.length === 0 && serverMemory === undefined
}

/** The user's own id in a user's profile, which is found under its hash. */
function ownUserId(visitorId: string, { userId, server }: Profile): string | undefined {
  return [server?.userId, userId].find((id) => id !== undefined && userProfileId(id) === visitorId)
}

/** Makes a counter. A visitor is what a decision knows now: with the facts of the user whose link holds. */
export function createAudienceCounter(
  { name, compiled }: Pick<Site, 'name' | 'compiled'>,
  features: KnownFeatures,
  store: Pick<ProfileStore, 'base'>,
  nowMs: number,
): AudienceCounter {
  const counts = new Map<string, AudienceCounts>()
  for (const audience of compiled.audiences) counts.set(audience.name, { in: 0, out: 0, unknown: 0 })
  let profiles = 0

  async function userOf(profile: Profile): Promise<{ userId: string; user: Profile | undefined } | undefined> {
    const link = linkOf(profile, nowMs)
    if (!link) return undefined
    const user = (await store.base(name, userProfileId(link.userId)))?.profile
    return isErasedSince(link, user) ? undefined : { userId: link.userId, user }
  }

  return {
    counts,
    get profiles() {
      return profiles
    },
    async add(visitorId, profile) {
      if (isRemnant(profile) || isEnded(profile.lastSeenMs / 1_000, nowMs / 1_000)) return
      profiles += 1
      const linked = await userOf(profile)
      const userId = linked?.userId ?? ownUserId(visitorId, profile)
      const visitor = linkedFacts(profile, linked?.user, features)
      for (const { audience, verdict } of memberships(compiled, {
        visitor,
        nowMs,
        ...(userId === undefined ? {} : { userId }),
      }))
        (counts.get(audience) as AudienceCounts)[verdict] += 1
    },
  }
}
