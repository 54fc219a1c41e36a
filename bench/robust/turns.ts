// Loaded into a service (`--import`): notes for how long its event loop has not turned, and tells its parent when asked.
import process from 'node:process'

/** Work of a thread from which a turn of its event loop counts as a stall, in ms. */
const STALL_MS = 2

/** The longest time without a turn since the last question, and how much of it this thread was at work itself, in ms. */
export interface LongestTurn {
  ms: number
  cpuMs: number
  /** Work of this thread in all turns that were stalls: what the machine gave to others is no part of it. */
  stalledMs: number
}

const NONE: LongestTurn = { ms: 0, cpuMs: 0, stalledMs: 0 }
let longest = NONE
let lastMs = performance.now()
let lastCpu = process.threadCpuUsage()

function look(): void {
  const ms = performance.now() - lastMs
  const { user, system } = process.threadCpuUsage(lastCpu)
  const cpuMs = (user + system) / 1_000
  const stalledMs = longest.stalledMs + (cpuMs > STALL_MS ? cpuMs : 0)
  longest = ms > longest.ms ? { ms, cpuMs, stalledMs } : { ...longest, stalledMs }
  lastMs += ms
  lastCpu = process.threadCpuUsage()
}

setInterval(look, 1).unref()
process.on('message', () => {
  process.send?.(longest)
  longest = NONE
})
process.channel?.unref()
