import type { FeatureStates } from 'prepaint/engine'
import type { Site } from '../catalog/site.ts'
import { isDeviceOf, otherDevices, type OwnDevice } from '../profiles/devices.ts'
import type { KnownFeatures } from '../profiles/features/known.ts'
import type { ProfileRead, ReadProfile } from './read/profile-reader.ts'

/** A user whose devices are asked for, and the one that asks. */
export interface DevicesQuestion {
  userId: string
  /** Read of the user's profile. */
  read: ProfileRead
  own: OwnDevice
  nowMs: number
  /** Begin of the budget that all reads of the decision share. */
  sinceMs: number
}

/** Dependencies of reading devices. */
export interface DeviceReaderOptions {
  readProfile: ReadProfile
  featuresOf(site: Site): KnownFeatures
  /** Called if the store failed. */
  onStoreFailure(cause: unknown): void
}

/**
 * Reads the features of a user's other devices, in one round; nothing if the site has no features. Of a device whose profile is late
 * all features are unknown. So they are of an old copy: what was bought there an hour ago may be missing in it.
 */
export type ReadDevices = (site: Site, question: DevicesQuestion) => Promise<FeatureStates[]>

/** Makes the reader. */
export function createDeviceReader({ readProfile, featuresOf, onStoreFailure }: DeviceReaderOptions): ReadDevices {
  return async (site, { userId, read: readUser, own, nowMs, sinceMs }) => {
    if (site.features.length === 0 || readUser.outcome !== 'read') return []
    const { profile: user } = readUser
    const ids = otherDevices(user, own, nowMs)
    const features = featuresOf(site)
    const reads = await Promise.all(ids.map((id) => readProfile(site.name, id, sinceMs, true)))
    return reads.flatMap((read) => {
      if (read.outcome === 'failed') onStoreFailure(read.cause)
      if (read.outcome !== 'read' || read.tier === 'stale') return [features.unknown]
      // One that began anew where bytes were damaged has forgotten its link, too.
      if (read.profile?.isIncomplete) return [features.unknown]
      return isDeviceOf({ userId, user }, read.profile, nowMs) ? [features.of(read.profile)] : []
    })
  }
}
