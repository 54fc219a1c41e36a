/** A queue that lets things out in order, each at its time. */
export interface DelayLine {
  /** Calls `deliver` at `dueMs` of `performance.now()`, after everything that was put in before. */
  put(dueMs: number, deliver: () => void): void
  /** Forgets what is still inside. */
  stop(): void
}

/** Node's timers count whole milliseconds and may fire a fraction early: what is due within this is let out. */
const EARLY_MS = 0.5

/** Creates an empty line. */
export function createDelayLine(nowMs = () => performance.now()): DelayLine {
  const queue: { dueMs: number; deliver: () => void }[] = []
  let timer: NodeJS.Timeout | undefined

  function drain(): void {
    timer = undefined
    while (queue[0] && queue[0].dueMs <= nowMs() + EARLY_MS) queue.shift()?.deliver()
    if (queue[0] && !timer) timer = setTimeout(drain, Math.max(0, Math.floor(queue[0].dueMs - nowMs())))
  }

  return {
    put(dueMs, deliver) {
      queue.push({ dueMs, deliver })
      timer ??= setTimeout(drain, Math.max(0, Math.floor(dueMs - nowMs())))
    },
    stop() {
      clearTimeout(timer)
      queue.length = 0
    },
  }
}
