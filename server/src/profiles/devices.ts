import { isErasedSince, linkOf, type Opened } from './link.ts'
import type { LogPlace } from './log-place.ts'
import { type Device, newProfile, type Profile, type ProfileFacts } from './profile.ts'

/** Devices of a user that are kept. */
const MAX_DEVICES = 16

function inOrder(one: Device, other: Device): number {
  return one.openedMs - other.openedMs || (one.id < other.id ? -1 : 1)
}

/**
 * The devices with one more. A page that is loaded again before its answer has come makes two visitors of one history, which would count
 * twice: the later one takes the place of the other.
 */
function withDevice(devices: readonly Device[], device: Device): Device[] {
  const before = devices.find(({ id }) => id === device.id)
  const from = device.from ?? before?.from
  const openedMs = Math.max(device.openedMs, before?.openedMs ?? 0)
  const untilMs = Math.max(device.untilMs, before?.untilMs ?? 0)
  const own = { id: device.id, openedMs, untilMs, ...(from === undefined ? {} : { from }) }
  const twin = from === undefined ? undefined : devices.find((one) => one.id !== own.id && one.from === from)
  const [, last = own] = twin ? [own, twin].sort(inOrder) : []
  const others = devices.filter((one) => one !== before && one !== twin)
  return [...others, last].sort(inOrder).slice(-MAX_DEVICES)
}

/**
 * The profile of a user after a visitor has opened a link or ended it. It follows from the record and this profile alone: of the visitor's
 * own profile nothing is known here, and a link that is over by that one counts nowhere.
 * @param profile of the user
 * @param visitorId whose link it is
 * @param opened the link's record
 * @param at its place
 */
export function foldDevice(
  profile: Profile | undefined,
  visitorId: string,
  { receivedMs, atMs, untilMs, signedMs = 0, from }: Opened,
  at: LogPlace,
): Profile | undefined {
  if (untilMs === undefined || isErasedSince({ signedMs, at }, profile)) return profile
  if (untilMs <= receivedMs) {
    return profile?.devices ? { ...profile, devices: profile.devices.filter(({ id }) => id !== visitorId) } : profile
  }
  const before = profile ?? newProfile(atMs, at)
  const device = { id: visitorId, openedMs: receivedMs, untilMs, ...(from === undefined ? {} : { from }) }
  return {
    ...before,
    devices: withDevice(before.devices ?? [], device),
    lastSeenMs: Math.max(before.lastSeenMs, atMs),
  }
}

/** The browser that asks. */
export interface OwnDevice {
  /** Its visitor's ids: as it was, and as it is from now on. */
  ids: readonly (string | undefined)[]
  /** Id of the visitor whose history it has. */
  from?: string | undefined
}

/** Returns the ids of a user's devices that may count at the instant, but for the one that asks and what has the same history. */
export function otherDevices(user: ProfileFacts | undefined, { ids, from }: OwnDevice, nowMs: number): string[] {
  const counts = ({ id, untilMs, from: before }: Device): boolean =>
    nowMs < untilMs && !ids.includes(id) && (before === undefined || before !== from)
  return (user?.devices ?? []).filter(counts).map(({ id }) => id)
}

/** True if what a device has done is the user's: its own profile must say so, too, and the user not have been erased since. */
export function isDeviceOf(
  { userId, user }: { userId: string; user: ProfileFacts | undefined },
  device: ProfileFacts | undefined,
  nowMs: number,
): boolean {
  const link = linkOf(device, nowMs)
  return link !== undefined && link.userId === userId && !isErasedSince(link, user)
}
