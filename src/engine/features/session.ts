import type { SessionDefinition } from './definition.ts'
import { heldMs, LAST_MS } from './instant.ts'
import type { Kind } from './kind.ts'

/** Parts, each as long as the timeout, to which a session is followed back. */
const MAX_PARTS = 32

/** Most events that one part counts; further ones are not counted. */
const MAX_COUNT = 99_999

/** Events of one part of time: they belong to one session, since none is as far as the timeout from the next. */
type Run = [firstMs: number, lastMs: number, count: number]

function partOf(atMs: number, timeoutMs: number): number {
  return Math.floor(atMs / timeoutMs)
}

function joinRuns(one: Run, other: Run): Run {
  return [Math.min(one[0], other[0]), Math.max(one[1], other[1]), Math.min(one[2] + other[2], MAX_COUNT)]
}

function join(timeoutMs: number, a: readonly Run[], b: readonly Run[]): Run[] {
  const byPart = new Map<number, Run>()
  for (const run of [...a, ...b]) {
    const part = partOf(run[0], timeoutMs)
    const known = byPart.get(part)
    byPart.set(part, known ? joinRuns(known, run) : run)
  }
  const runs = [...byPart.values()].sort((one, other) => one[0] - other[0])
  const newest = partOf(runs.at(-1)?.[0] ?? 0, timeoutMs)
  return runs.filter(([firstMs]) => partOf(firstMs, timeoutMs) > newest - MAX_PARTS)
}

/**
 * Number of events in the session that is open, 0 if none is. A session is over when no event has come for the timeout. One that lasts
 * longer than 31 timeouts (15 hours, with 30 minutes) counts its events since then or a little longer.
 */
export const session: Kind<SessionDefinition, Run[]> = {
  version: 1,
  empty: [],
  step({ timeoutMs }, state, { atMs }) {
    const at = heldMs(atMs)
    const newest = state.at(-1)
    const isNext = newest !== undefined && partOf(newest[0], timeoutMs) === partOf(at, timeoutMs)
    return isNext ? [...state.slice(0, -1), joinRuns(newest, [at, at, 1])] : join(timeoutMs, state, [[at, at, 1]])
  },
  merge: ({ timeoutMs }, a, b) => join(timeoutMs, a, b),
  value({ timeoutMs }, state, nowMs) {
    let next = nowMs
    let sum = 0
    for (let at = state.length - 1; at >= 0; at--) {
      const [firstMs, lastMs, count] = state[at] as Run
      if (next - lastMs >= timeoutMs) break
      sum += count
      next = firstMs
    }
    return sum
  },
  changesAtMs({ timeoutMs }, state, nowMs) {
    const endMs = (state.at(-1)?.[1] ?? -Infinity) + timeoutMs
    return endMs > nowMs ? endMs : undefined
  },
  costNs: 300,
  maxBytes: () => 2 + MAX_PARTS * (2 * String(LAST_MS).length + String(MAX_COUNT).length + '[,,],'.length),
}
