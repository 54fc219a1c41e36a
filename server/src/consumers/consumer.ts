import type { NextTurn } from '../clock.ts'
import type { EventLog } from '../streams/log.ts'
import { createDecoder } from './decoder.ts'
import { followProjection } from './follow-projection.ts'
import type { PassOverOptions } from './pass-over.ts'
import type { Projection } from './projection.ts'
import { createTimeSlice } from './time-slice.ts'

/** Bytes of the log that may wait to be folded before no more should be taken in. */
const MAX_PENDING_BYTES = 33_554_432

/** As many while the store fails: to bridge its outage is what the log is for, but not until the disk is full. */
const MAX_FAILING_BYTES = 268_435_456

/** Pause before a projection is tried again after it has failed, in ms. */
const RETRY_AFTER_MS = 1_000

/** Dependencies of the consumer. */
export interface ConsumerOptions extends PassOverOptions {
  log: EventLog
  projections: readonly Projection[]
  /** Bytes of the log that may wait while a projection that holds up fails. Default 256 MiB. */
  maxFailingBytes?: number
  /** Pause before one that has failed is tried again, in ms. Default 1,000. */
  retryAfterMs?: number
  /** Gives it slices of turns. Default `setImmediate`. */
  nextTurn?: NextTurn
}

/** Leads projections through the log. Except for `resumesAt` and `stop`, only those count that hold up the service. */
export interface Consumer {
  /** Resolves when everything that was in the log at the time of the call is applied. */
  caughtUp(): Promise<void>
  /** Bytes of the log that are not applied yet. */
  pendingBytes(): number
  /** True when nothing more should be taken in: folding cannot keep up, never will, or has not for long. */
  isBehind(): boolean
  /** True when this log is not the truth any more: what is taken into it nobody will fold. */
  isFenced(): boolean
  /** Returns the offset from which the first of all projections would go on: none needs the records before it. */
  resumesAt(): Promise<number>
  /** Waits for what is under way. */
  stop(): Promise<void>
}

/** Decodes for one projection, which passes over the most of what there is. */
function decodeOnly(kinds: readonly number[], options: PassOverOptions): ReturnType<typeof createDecoder> {
  // What is no record is told and counted by who decodes all.
  const decode = createDecoder(1, { onProblem: options.onProblem })
  return (entries) => decode(entries.filter(({ kind }) => kinds.includes(kind)))
}

/** Starts all projections. They are woken by each append, so an event is visible as soon as it is committed. */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { projections, retryAfterMs = RETRY_AFTER_MS, maxFailingBytes = MAX_FAILING_BYTES } = options
  const pause = createTimeSlice(options.nextTurn)
  const decodeForAll = createDecoder(projections.filter(({ onlyKinds }) => !onlyKinds).length, options)
  const followers = projections.map((projection) => {
    const { onlyKinds } = projection
    const decode = onlyKinds ? decodeOnly(onlyKinds, options) : decodeForAll
    return followProjection({ ...options, projection, decode, pause, retryAfterMs })
  })
  const holding = followers.filter(({ projection }) => projection.holdsUp)
  const isFenced = (): boolean => holding.some((follower) => follower.isFenced())
  return {
    pendingBytes: () => Math.max(0, ...holding.map((follower) => follower.pendingBytes())),
    isBehind: () =>
      isFenced() ||
      holding.some(
        (follower) => follower.pendingBytes() > (follower.isFailing() ? maxFailingBytes : MAX_PENDING_BYTES),
      ),
    isFenced,
    caughtUp: async () => void (await Promise.all(holding.map((follower) => follower.caughtUp()))),
    resumesAt: async () =>
      Math.min(...(await Promise.all(projections.map((one) => one.resume()))).map(({ from }) => from)),
    stop: async () => void (await Promise.all(followers.map((follower) => follower.stop()))),
  }
}
