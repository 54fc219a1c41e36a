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

/** Waits for instants that lie less than a millisecond apart. */
export interface Pacer {
  /** Resolves after `waitMs`, about 0.1 ms late; one wait at a time. */
  wait(waitMs: number): Promise<void>
  close(): Promise<unknown>
}

/** Starts a pacer. */
export function createPacer(): Pacer {
  const sleeper = new Worker(SLEEPER, { eval: true })
  let wake = (): void => undefined
  sleeper.on('message', () => wake())
  return {
    wait: (waitMs) =>
      new Promise((resolve) => {
        wake = resolve
        sleeper.postMessage(waitMs)
      }),
    close: () => sleeper.terminate(),
  }
}
