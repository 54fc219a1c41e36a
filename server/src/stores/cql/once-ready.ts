import { setTimeout as delay } from 'node:timers/promises'
import type { MonotonicClock } from '../../clock.ts'
import { mayPass } from './driver/session.ts'

/** Pause before nodes that are not ready yet are asked again, in ms. */
const AGAIN_AFTER_MS = 200

/** Time after which a failure counts, in ms. */
const READY_WITHIN_MS = 10_000

/** Clock and pause of {@link onceReady}. */
export interface OnceReadyOptions {
  /** Default `performance.now`. */
  now?: MonotonicClock
  /** Default: a timer. */
  pause?: (ms: number) => Promise<unknown>
}

/**
 * Takes a step that can be taken twice, again and again for 10 s. Nodes that have just started serve clients before they know
 * each other: one that is asked for what another has made says that it does not exist (the driver waits until all nodes agree,
 * but these agree too soon), and one that has not heard of the others yet has no quorum (Cassandra 5.0.8).
 */
export async function onceReady<Result>(
  step: () => Promise<Result>,
  { now = () => performance.now(), pause = delay }: OnceReadyOptions = {},
): Promise<Result> {
  const endMs = now() + READY_WITHIN_MS
  for (;;) {
    try {
      return await step()
    } catch (error) {
      if (!mayPass(error) || now() >= endMs) throw error
      await pause(AGAIN_AFTER_MS)
    }
  }
}
