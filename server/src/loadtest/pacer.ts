import { Worker } from 'node:worker_threads'

/** Sleeps in a thread of its own: a timer of the event loop has steps of 1 ms, and waiting busily would take a core. */
const SLEEPER = `
const { parentPort } = require('node:worker_threads')
const cell = new Int32Array(new SharedArrayBuffer(4))
parentPort.on('message', (waitMs) => {
  Atomics.wait(cell, 0, 0, waitMs)
  parentPort.postMessage(waitMs)
})
`

/** Longest time by which a wait is shortened, in ms; what is more was a machine that had no time, not the way back. */
const MAX_LEAD_MS = 0.3

/** Waits for instants that lie less than a millisecond apart. */
export interface Pacer {
  /** Resolves `waitMs` from now: as often some 0.05 ms sooner as later. One wait at a time. */
  wait(waitMs: number): Promise<void>
  close(): Promise<unknown>
}

/** Starts a pacer. */
export function createPacer(): Pacer {
  const sleeper = new Worker(SLEEPER, { eval: true })
  let resume = (): void => undefined
  /** The time from the end of a sleep until it is known here, as often more as less: 0.16 ms on two cores that do little else. */
  let leadMs = 0

  function learn(lateMs: number): void {
    leadMs = Math.min(MAX_LEAD_MS, Math.max(0, leadMs + Math.sign(lateMs) * 0.002))
  }

  sleeper.on('message', () => resume())
  return {
    wait(waitMs) {
      const dueMs = performance.now() + waitMs
      const isLongEnough = waitMs > leadMs
      return new Promise((resolve) => {
        resume = () => {
          if (isLongEnough) learn(performance.now() - dueMs)
          resolve()
        }
        sleeper.postMessage(Math.max(0, waitMs - leadMs))
      })
    },
    close: () => sleeper.terminate(),
  }
}
