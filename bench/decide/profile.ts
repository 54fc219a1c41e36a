import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** A CPU profile as V8 writes it. */
interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[]
  /** µs of the machine's clock. */
  startTime: number
  samples: number[]
  timeDeltas: number[]
}

/** Kinds of samples that no file tells: collections, and the time without a task. */
export const COLLECTION = '(garbage collector)'
const IDLE = '(idle)'

/** Reads the profile of a process' main thread: workers write theirs beside it, with fewer samples. */
export function readProfile(directory: string): CpuProfile {
  const paths = readdirSync(directory).map((name) => join(directory, name))
  const [largest] = paths.toSorted((one, other) => statSync(other).size - statSync(one).size)
  if (largest === undefined) throw new Error('the process has written no profile')
  return JSON.parse(readFileSync(largest, 'utf8')) as CpuProfile
}

/**
 * Shares of the busy time between these instants, in ms of the machine's clock, by row. A sample belongs to the innermost
 * function for which `rowOf` names one; the rest is under `''`.
 */
export function sharesOf(
  { nodes, startTime, samples, timeDeltas }: CpuProfile,
  rowOf: (url: string) => string | undefined,
  windows: readonly { fromMs: number; untilMs: number }[],
): Map<string, number> {
  const rows = new Map<number, string>()
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const fill = (id: number, inherited: string): void => {
    const node = byId.get(id)
    if (!node) return
    const { functionName, url } = node.callFrame
    const row = [COLLECTION, IDLE].includes(functionName) ? functionName : (rowOf(url) ?? inherited)
    rows.set(id, row)
    for (const child of node.children ?? []) fill(child, row)
  }
  fill((nodes[0] as { id: number }).id, '')

  const times = new Map<string, number>()
  let atUs = startTime
  let busyUs = 0
  for (const [index, id] of samples.entries()) {
    const us = timeDeltas[index] ?? 0
    atUs += us
    const row = rows.get(id) ?? ''
    if (row === IDLE || !windows.some(({ fromMs, untilMs }) => fromMs * 1_000 < atUs && atUs < untilMs * 1_000))
      continue
    busyUs += us
    times.set(row, (times.get(row) ?? 0) + us)
  }
  return new Map([...times].map(([row, us]) => [row, us / busyUs]))
}
