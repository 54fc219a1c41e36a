import { type CompiledFeatures, compileFeatures, type FeatureStates, type VisitorFacts } from 'prepaint/engine'
import { createRegexCompiler } from '../catalog/regex.ts'
import type { Site } from '../catalog/site.ts'
import { hashOf, hasSeen } from '../profiles/seen.ts'
import { recentEventOf } from './recent.ts'

/** Age from which an event is in the profile, or will never be, in ms: it was refused, or the visitor was erased. */
const MAX_AGE_MS = 86_400_000

/** A visitor's facts with events that the profile lacks. */
export interface Overlaid {
  visitor: VisitorFacts
  /** Number of the first events that the browser need not send again. */
  folded: number
}

/** The visitor as the profile tells. */
export interface Profiled {
  visitor: VisitorFacts
  /** Hashes of the messages that are in the profile. */
  seen: Uint8Array
  nowMs: number
}

/** Adds a browser's recent events to a visitor's facts. */
export type Overlay = (site: Site, recent: readonly unknown[], profiled: Profiled) => Overlaid

/** A recent event that the profile lacks. */
interface Happening {
  event: NonNullable<ReturnType<typeof recentEventOf>>
  hash: Buffer
  nowMs: number
}

function counted(events: VisitorFacts['events'], name: string): VisitorFacts['events'] {
  return { ...events, [name]: (Object.hasOwn(events, name) ? (events[name] as number) : 0) + 1 }
}

/**
 * Makes what adds recent events to a visitor's facts, as folding would, each message once: those that are in the profile are passed over. The
 * facts themselves, which others may share, stay as they are.
 */
export function createOverlay(): Overlay {
  const compiled = new WeakMap<Site, CompiledFeatures>()

  function featuresOf(site: Site): CompiledFeatures {
    const known = compiled.get(site)
    if (known) return known
    const features = compileFeatures(site.features, { compileRegex: createRegexCompiler() })
    compiled.set(site, features)
    return features
  }

  function added(site: Site, visitor: VisitorFacts, { event, hash, nowMs }: Happening): VisitorFacts {
    const { timestamp, event: name, properties } = event
    const before: FeatureStates = visitor.features ?? {}
    const atMs = Math.min(Date.parse(timestamp), nowMs)
    const features = featuresOf(site).fold(before, { name, atMs, hash: hash.toString('hex'), properties })
    return { ...visitor, events: counted(visitor.events, name), features }
  }

  return (site, recent, { visitor, seen, nowMs }) => {
    let overlaid = visitor
    let folded = 0
    const own = new Set<string>()
    for (const [index, value] of recent.entries()) {
      const event = recentEventOf(value)
      const hash = event && hashOf(event.messageId)
      const isLacking =
        event !== undefined &&
        hash !== undefined &&
        site.awaited?.events.includes(event.event) === true &&
        // Also false for a time that is none.
        nowMs - Date.parse(event.timestamp) < MAX_AGE_MS &&
        !own.has(event.messageId) &&
        !hasSeen(seen, hash)
      if (isLacking) {
        own.add(event.messageId)
        overlaid = added(site, overlaid, { event, hash, nowMs })
      } else if (folded === index) folded++
    }
    return { visitor: overlaid, folded }
  }
}
