import type { MonotonicClock, NextTurn } from '../clock.ts'

/** Time that events get in one turn of the event loop, in ms: a decision that arrives meanwhile waits this long. */
const SLICE_MS = 1

/** Longest wait of the first in the queue before nobody else is let in, in ms. */
const MAX_WAIT_MS = 100

/** Bodies that may wait for their turn, in bytes: large ones fill the memory before the first has waited long. */
const MAX_WAITING_BYTES = 4_194_304

/**
 * Queue of batches that have arrived, so that decisions overtake them. One process answers both, and a batch takes ten
 * times as long: a burst of them in one turn of the event loop would hold up every decision behind it.
 */
export interface AdmissionQueue {
  /** True when no more batches should be let in. */
  readonly isFull: boolean
  /** Does the work in a turn to come. */
  add(sizeBytes: number, work: () => void): void
}

/** Dependencies of a lane. */
export interface AdmissionQueueOptions {
  /** True when what has been taken in already is too much. */
  isBehind: () => boolean
  /** Default `performance.now`. */
  now?: MonotonicClock
  /** Default `setImmediate`. */
  nextTurn?: NextTurn
}

/** Makes an empty lane. */
export function createAdmissionQueue(options: AdmissionQueueOptions): AdmissionQueue {
  const { isBehind, now = () => performance.now(), nextTurn = setImmediate } = options
  const waiting: { sinceMs: number; sizeBytes: number; work: () => void }[] = []
  let waitingBytes = 0

  function run(): void {
    const endMs = now() + SLICE_MS
    while (waiting.length > 0 && now() < endMs) {
      const { sizeBytes, work } = waiting.shift() as (typeof waiting)[number]
      waitingBytes -= sizeBytes
      work()
    }
    if (waiting.length > 0) nextTurn(run)
  }

  return {
    get isFull() {
      const waitedMs = waiting[0] ? now() - waiting[0].sinceMs : 0
      return waitedMs >= MAX_WAIT_MS || waitingBytes >= MAX_WAITING_BYTES || isBehind()
    },
    add(sizeBytes, work) {
      waiting.push({ sinceMs: now(), sizeBytes, work })
      waitingBytes += sizeBytes
      if (waiting.length === 1) nextTurn(run)
    },
  }
}
