import { memberships, type VisitorFacts } from 'prepaint/engine'
import type { Site } from '../catalog/site.ts'
import { createDeviceReader } from '../decide/read-devices.ts'
import { userProfileId } from '../identity/profile-id.ts'
import type { OwnDevice } from '../profiles/devices.ts'
import type { KnownFeatures } from '../profiles/features/known.ts'
import { isEnded } from '../profiles/lifetime.ts'
import { isErasedSince, linkOf } from '../profiles/link.ts'
import { linkedFacts, visitorFacts } from '../profiles/linked.ts'
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
function isRemnant({ erased, recent, serverMemory, devices = [] }: Profile): boolean {
  return erased !== undefined && recent.length === 0 && serverMemory === undefined && devices.length === 0
}

/** The user's own id in a user's profile, which is found under its hash. */
function ownUserId(visitorId: string, { userId, server }: Profile): string | undefined {
  return [server?.userId, userId].find((id) => id !== undefined && userProfileId(id) === visitorId)
}

/** A user of whom a profile is, or with whom it is joined. */
interface KnownUser {
  userId: string
  /** The user's own profile. */
  user: Profile | undefined
  /** The device that asks; none where the user's own profile does. */
  own: OwnDevice
}

/** Makes a counter. A visitor is what a decision knows now: with the facts of the user whose link holds, and the features of the user's devices. */
export function createAudienceCounter(
  site: Site,
  features: KnownFeatures,
  store: Pick<ProfileStore, 'base'>,
  nowMs: number,
): AudienceCounter {
  const { name, compiled } = site
  const counts = new Map<string, AudienceCounts>()
  for (const audience of compiled.audiences) counts.set(audience.name, { in: 0, out: 0, unknown: 0 })
  let profiles = 0

  const profileOf = async (id: string): Promise<Profile | undefined> => (await store.base(name, id))?.profile
  const readDevices = createDeviceReader({
    readProfile: async (_name, id) => ({ outcome: 'read', tier: 'live', profile: await profileOf(id) }),
    featuresOf: () => features,
    onStoreFailure: () => undefined,
  })

  async function userOf(visitorId: string, profile: Profile): Promise<KnownUser | undefined> {
    const link = linkOf(profile, nowMs)
    if (!link) {
      const userId = ownUserId(visitorId, profile)
      return userId === undefined ? undefined : { userId, user: profile, own: { ids: [] } }
    }
    const user = await profileOf(userProfileId(link.userId))
    const { userId, from } = link
    return isErasedSince(link, user) ? undefined : { userId, user, own: { ids: [visitorId], from } }
  }

  async function factsOf(profile: Profile, known: KnownUser | undefined): Promise<VisitorFacts> {
    if (!known) return visitorFacts(profile, features)
    const { userId, user, own } = known
    const facts = linkedFacts(user === profile ? undefined : profile, user, features)
    const read = { outcome: 'read', tier: 'live', profile: user } as const
    const devices = await readDevices(site, { userId, read, own, nowMs, sinceMs: 0 })
    return { ...facts, features: devices.reduce(features.merge, facts.features) }
  }

  return {
    counts,
    get profiles() {
      return profiles
    },
    async add(visitorId, profile) {
      if (isRemnant(profile) || isEnded(profile.lastSeenMs / 1_000, nowMs / 1_000)) return
      profiles += 1
      const known = await userOf(visitorId, profile)
      const visitor = await factsOf(profile, known)
      const person = { visitor, nowMs, ...(known ? { userId: known.userId } : {}) }
      for (const { audience, verdict } of memberships(compiled, person))
        (counts.get(audience) as AudienceCounts)[verdict] += 1
    },
  }
}
