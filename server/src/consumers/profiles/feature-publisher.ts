import type { Feature } from 'prepaint/engine'
import type { WallClock } from '../../clock.ts'
import { encodeRecord, type FeaturesRecord } from '../../ingest/record.ts'
import type { EventSink } from '../../ingest/sink.ts'
import { declarationOf, type Definitions } from '../../profiles/features/definitions.ts'
import { MAX_PAYLOAD_BYTES } from '../../streams/file-log/frame.ts'
import type { OnProblem } from '../pass-over.ts'

/** Pause before a declaration that the log has not taken is tried again, in ms. */
const RETRY_AFTER_MS = 1_000

/** Definitions in force, and the epoch of the log that is folded. */
export interface DefinitionsOfLog {
  definitions: Definitions
  epoch: number
}

/** Declares features in the log, as the catalogs have them. */
export interface FeaturePublisher {
  /** Takes the features of a catalog in use, and declares them if others are in force. */
  publish(site: string, features: readonly Feature[]): void
  /** Returns what is in force at the end of the log, as records; none before that is known. */
  snapshot(): FeaturesRecord[]
  stop(): void
}

/** Dependencies of declaring. */
export interface FeaturePublisherOptions {
  sink: EventSink
  /** Resolves when all is folded that was in the log at the start: what is in force is known then. */
  caughtUp: Promise<void>
  /** As they are committed. */
  inForce: () => DefinitionsOfLog
  now: WallClock
  onProblem: OnProblem
  /** Pause before a failed declaration is tried again, in ms. Default 1,000. */
  retryAfterMs?: number
}

function areSame(one: readonly Feature[], other: readonly Feature[]): boolean {
  const ids = new Set(one.map(({ id }) => id))
  return ids.size === other.length && other.every(({ id }) => ids.has(id))
}

/** Makes the publisher. The owner of the log has the only one. */
export function createFeaturePublisher(options: FeaturePublisherOptions): FeaturePublisher {
  const { sink, caughtUp, inForce, now, onProblem, retryAfterMs = RETRY_AFTER_MS } = options
  const wanted = new Map<string, readonly Feature[]>()
  /** Written, or about to be: a file of the log that begins meanwhile must not say what is over behind it. */
  const declared = new Map<string, readonly Feature[]>()
  let isReady = false
  let isStopped = false
  let isFailing = false

  function recordOf(site: string, features: readonly Feature[]): FeaturesRecord {
    const { definitions, epoch } = inForce()
    return {
      kind: 'features',
      site,
      receivedMs: now(),
      features: declarationOf(features, definitions.get(site), epoch),
    }
  }

  function isInForce(site: string, features: readonly Feature[]): boolean {
    const last = declared.get(site)
    if (last) return areSame(last, features)
    const { definitions, epoch } = inForce()
    const known = definitions.get(site)
    // A log says all that it needs itself, also if the one before it has said the same.
    if (!known || (known.at.epoch !== epoch && known.features.length === 0)) return features.length === 0
    return known.at.epoch === epoch && areSame(known.features, features)
  }

  async function declare(site: string): Promise<void> {
    const features = wanted.get(site) ?? []
    if (isStopped || isInForce(site, features)) return
    const record = recordOf(site, features)
    if (encodeRecord(record).payload.length > MAX_PAYLOAD_BYTES)
      return onProblem(`site ${site}: the features are too large for the log: shorten their groups`)
    declared.set(site, features)
    try {
      await sink.append([record])
      isFailing = false
    } catch (cause) {
      declared.delete(site)
      if (!isFailing) onProblem(`site ${site}: the features cannot be declared yet`, cause)
      isFailing = true
      setTimeout(() => void declare(site), retryAfterMs).unref()
    }
  }

  void caughtUp.then(() => {
    isReady = true
    for (const site of wanted.keys()) void declare(site)
  })
  return {
    publish(site, features) {
      wanted.set(site, features)
      if (isReady) void declare(site)
    },
    snapshot() {
      if (!isReady) return []
      const committed = [...inForce().definitions].map(([site, { features }]) => [site, features] as const)
      const all = new Map<string, readonly Feature[]>([...committed, ...declared])
      return [...all].filter(([, features]) => features.length > 0).map(([site, features]) => recordOf(site, features))
    },
    stop: () => void (isStopped = true),
  }
}
