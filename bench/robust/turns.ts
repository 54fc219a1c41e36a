// Loaded into a service (`--import`): notes for how long its event loop has not turned, and tells its parent when asked.
import process from 'node:process'

/** The longest time without a turn since the last question, and how much of it this thread was at work itself, in ms. */
export interface LongestTurn {
  ms: number
  cpuMs: number
}

let longest: LongestTurn = { ms: 0, cpuMs: 0 }
let lastMs = performance.now()
let lastCpu = process.threadCpuUsage()

function look(): void {
  const ms = performance.now() - lastMs
  const { user, system } = process.threadCpuUsage(lastCpu)
  if (ms > longest.ms) longest = { ms, cpuMs: (user + system) / 1_000 }
  lastMs += ms
  lastCpu = process.threadCpuUsage()
}

setInterval(look, 1).unref()
process.on('message', () => {
  process.send?.(longest)
  longest = { ms: 0, cpuMs: 0 }
})
process.channel?.unref()
