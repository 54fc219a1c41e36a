import type { IdentifyEvent } from 'prepaint/protocol'
import type { SiteFeatures } from './features/site-features.ts'
import { inherit } from './inherit.ts'
import { isBefore, type LogPlace } from './log-place.ts'
import { type Link, newProfile, type Profile, type ProfileFacts } from './profile.ts'
import { hashOf, hasSeen, withSeen } from './seen.ts'

/** The part of a link's record that {@link foldLink} needs. */
export interface Opened {
  receivedMs: number
  atMs: number
  event: IdentifyEvent & { userId: string }
  /** First instant at which it no longer holds. Records of before this was noted link nobody. */
  untilMs?: number
  /** Time of signing, in ms since 1970. */
  signedMs?: number
  /** Facts of the visitor who opened it: they belong to the new one from now on. */
  facts?: ProfileFacts
  /** Id of the visitor who had them. */
  from?: string
}

/** True for a link that was ended before it said. */
function isEnd({ untilMs, openedMs }: Link): boolean {
  return untilMs <= openedMs
}

function later(one: Link, other: Link): Link {
  const ms = one.openedMs - other.openedMs || one.untilMs - other.untilMs
  return ms > 0 ? one : other
}

/**
 * The one of two links that counts, in whatever order the log tells of them: the later one. An end is final, whatever the clocks say:
 * whoever opens a link after it becomes a new visitor.
 */
function counting(one: Link | undefined, other: Link): Link {
  if (!one) return other
  const isOneUser = one.userId === other.userId
  const ended = isOneUser ? [one, other].filter(isEnd) : []
  const link = ended.length === 1 ? (ended[0] as Link) : later(one, other)
  const from = isOneUser ? (one.from ?? other.from) : link.from
  return from === undefined || from === link.from ? link : { ...link, from }
}

/** True for a link that was opened before the visitor's last log-out. */
function isLoggedOut(link: Link, unlinkedMs: number): boolean {
  return !isEnd(link) && link.openedMs <= unlinkedMs
}

function withLink(profile: Profile, link: Link): Profile {
  if (isLoggedOut(link, profile.unlinkedMs ?? -Infinity)) return profile
  return { ...profile, link: counting(profile.link, link) }
}

/** The profile after a log-out. The event may come late: a link that was opened since holds on. */
export function foldUnlinked({ link, ...profile }: Profile, atMs: number): Profile {
  const unlinkedMs = Math.max(profile.unlinkedMs ?? 0, atMs)
  return { ...profile, unlinkedMs, ...(link && !isLoggedOut(link, atMs) ? { link } : {}) }
}

/**
 * The profile after a link was opened, its end was moved, or it was ended: then its end is its own instant.
 * @param profile of the visitor
 * @param opened the link's record
 * @param at its place
 * @param site features; absent if none has ever been declared
 */
export function foldLink(
  profile: Profile | undefined,
  { receivedMs, atMs, event, untilMs, signedMs = 0, facts, from }: Opened,
  at: LogPlace,
  site?: SiteFeatures,
): Profile {
  const before = profile ?? newProfile(atMs, at)
  const hash = hashOf(event.messageId)
  if (untilMs === undefined || hasSeen(before.seen, hash)) return before
  const { userId } = event
  const link = { userId, untilMs, signedMs, openedMs: receivedMs, at, ...(from === undefined ? {} : { from }) }
  return {
    ...withLink(facts === undefined ? before : inherit(before, facts, at, site), link),
    seen: withSeen(before.seen, hash),
    lastSeenMs: Math.max(before.lastSeenMs, atMs),
  }
}

/**
 * Folds an erasure. Of a user, its time stays for as long as any link can hold: visitors who opened one before are
 * unlinked for good, also when the user has a new profile.
 */
export function foldErasure(visitorId: string, receivedMs: number, at: LogPlace): Profile | undefined {
  return visitorId.startsWith('user:') ? { ...newProfile(receivedMs, at), erased: { atMs: receivedMs, at } } : undefined
}

/** The link that holds now, as far as its own profile tells. */
export function linkOf(profile: ProfileFacts | undefined, nowMs: number): Link | undefined {
  const link = profile?.link
  return link && nowMs < link.untilMs ? link : undefined
}

/**
 * True when the user was erased after the link was signed or opened. The place in the log counts where it is known: a clock may
 * have been set back.
 */
export function isErasedSince(
  { at, signedMs }: Pick<Link, 'signedMs'> & { at?: LogPlace },
  user: ProfileFacts | undefined,
): boolean {
  const erased = user?.erased
  if (!erased) return false
  return signedMs < erased.atMs || (at !== undefined && isBefore(at, erased.at))
}

/** A link as it is to be remembered. */
export interface LinkToRemember {
  userId: string
  /** First instant at which it no longer holds, in ms since 1970. */
  untilMs: number
  /** Time of signing, in ms since 1970. */
  signedMs: number
  /** Facts of the visitor who opened it. */
  facts: ProfileFacts | undefined
  /** True for a visitor who was issued to open it, and has nothing of `facts` yet. */
  isNew: boolean
  /** Id of the visitor who had the facts until now. */
  from?: string | undefined
}

/** Makes the next views of this visitor need no link, or end with this one. */
export type RememberLink = (site: string, visitorId: string, link: LinkToRemember) => void
