import type { MonotonicClock } from '../../clock.ts'
/** Age at which a read is given up for lost, in ms: nobody joins it, and its answer is nobody's any more. */
const LOST_MS = 5_000

/** Reads under way, each for all who ask for the same. */
export interface SharedReads<Value> {
  /** The answer of the read of this key that is under way; undefined when there is none to join. */
  join(key: string): Promise<Value> | undefined
  /** Lets others join a read that has just begun. */
  share(key: string, answer: Promise<Value>): void
  /** From now on nobody joins the read that is under way: it may have missed what has just been written. */
  forget(key: string): void
  /** The same for every read that is under way. */
  forgetAll(): void
}

/** Dependencies of sharing. */
export interface SharedReadsOptions<Value> {
  now: MonotonicClock
  /** Called with each answer that may still be joined, also one for which nobody waits any more. */
  onAnswer(key: string, value: Value): void
}

/** Makes reads shareable. */
export function createSharedReads<Value>({ now, onAnswer }: SharedReadsOptions<Value>): SharedReads<Value> {
  const readings = new Map<string, { beganMs: number; answer: Promise<Value> }>()

  /** The map keeps the order of insertion: the oldest stand first. */
  function giveUpLost(): void {
    for (const [key, { beganMs }] of readings) {
      if (now() - beganMs < LOST_MS) return
      readings.delete(key)
    }
  }

  return {
    join(key) {
      giveUpLost()
      return readings.get(key)?.answer
    },
    share(key, answer) {
      const reading = { beganMs: now(), answer }
      const isNewest = (): boolean => readings.get(key) === reading && readings.delete(key)
      readings.set(key, reading)
      answer.then((value) => isNewest() && onAnswer(key, value), isNewest)
    },
    forget(key) {
      readings.delete(key)
    },
    forgetAll: () => readings.clear(),
  }
}
