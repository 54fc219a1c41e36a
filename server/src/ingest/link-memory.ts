import { randomUUID } from 'node:crypto'
import type { WallClock } from '../clock.ts'
import type { RememberLink } from '../profiles/link.ts'
import { newProfile, type ProfileFacts } from '../profiles/profile.ts'
import type { EventSink } from './sink.ts'

/** Dependencies of remembering. */
export interface LinkMemoryOptions {
  sink: EventSink
  now: WallClock
  /** Called with the visitor's future profile: the next request may come before it is folded. */
  assume(site: string, visitorId: string, profile: ProfileFacts): void
  /** Called if the log does not take it; the visitor is linked in this view and needs the link again. */
  onFailure(cause: unknown): void
}

/** Returns the history that a new visitor takes over: facts of events, and no link. */
function historyOf(facts: ProfileFacts): ProfileFacts {
  const { traits, events, pageViews, assignments, shown, server, began, features, isIncomplete } = facts
  return {
    ...{ traits, events, pageViews, assignments, shown },
    ...(server ? { server } : {}),
    ...(began ? { began } : {}),
    ...(features ? { features } : {}),
    ...(isIncomplete ? { isIncomplete } : {}),
  }
}

/** Behind all that is in any log. */
const LAST_PLACE = { epoch: Infinity, offset: Infinity }

/** Makes what writes into the log that a visitor has opened a user's link, or ended it. No decision waits for it. */
export function createLinkMemory({ sink, now, assume, onFailure }: LinkMemoryOptions): RememberLink {
  return (site, visitorId, { userId, untilMs, signedMs, facts, isNew, from }) => {
    const nowMs = now()
    const event = {
      type: 'identify' as const,
      messageId: randomUUID(),
      timestamp: new Date(nowMs).toISOString(),
      userId,
    }
    const known = historyOf(facts ?? newProfile(nowMs))
    const before = from === undefined ? {} : { from }
    assume(site, visitorId, {
      ...known,
      link: { userId, untilMs, signedMs, openedMs: nowMs, at: LAST_PLACE, ...before },
    })
    const history = isNew && facts ? { facts: known, ...before } : before
    sink
      .append([{ kind: 'link', site, visitorId, receivedMs: nowMs, atMs: nowMs, event, untilMs, signedMs, ...history }])
      .catch(onFailure)
  }
}
