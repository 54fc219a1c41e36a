import { Worker } from 'node:worker_threads'

/** Results of a probe. */
export interface Stalls {
  stalledMs: number
  watchedMs: number
}

/** Runs in a thread of its own that does nothing but look at the clock. */
const PROBE = `
const { parentPort } = require('node:worker_threads')
let isOver = false
parentPort.on('message', () => (isOver = true))
const startMs = performance.now()
let lastMs = startMs
let stalledMs = 0
function look() {
  const nowMs = performance.now()
  // A timer of 1 ms fires within 2; what is beyond 3 the machine gave to others.
  if (nowMs - lastMs > 3) stalledMs += nowMs - lastMs - 1
  lastMs = nowMs
  if (isOver) parentPort.postMessage({ stalledMs, watchedMs: nowMs - startMs })
  else setTimeout(look, 1)
}
look()
`

/** Watches from now on how long the machine has no time for a thread that wants hardly any. Returns the end of it. */
export function watchStalls(): () => Promise<Stalls> {
  const worker = new Worker(PROBE, { eval: true })
  return () =>
    new Promise((resolve) => {
      worker.once('message', (stalls: Stalls) => {
        resolve(stalls)
        void worker.terminate()
      })
      worker.postMessage('end')
    })
}

/** Share of the time that was stalled, in percent. */
export function stalledPct({ stalledMs, watchedMs }: Stalls): number {
  return (stalledMs / watchedMs) * 100
}
