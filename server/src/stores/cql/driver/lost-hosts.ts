import type { MonotonicClock } from '../../../clock.ts'
/** A node that is back counts as lost for so long: what it has missed is on its way to it. In ms. */
const BACK_AFTER_MS = 30_000

/** Nodes that must be lost together: two of three copies are a quorum. */
const QUORUM = 2

/** Nodes of a data centre that are lost, and back again. */
export interface LostHosts {
  /** Tells whether so many are lost now that what a quorum has acknowledged last may be on none of those that are left. */
  lost(address: string): boolean
  back(address: string): void
}

/**
 * Remembers no node yet.
 * @param count how many nodes there are.
 */
export function createLostHosts(count: () => number, nowMs: MonotonicClock): LostHosts {
  /** Until when each counts as lost. */
  const until = new Map<string, number>()
  return {
    lost(address) {
      until.set(address, Infinity)
      const lost = [...until.values()].filter((ms) => ms > nowMs())
      return lost.length >= Math.min(QUORUM, count())
    },
    back(address) {
      if (until.has(address)) until.set(address, nowMs() + BACK_AFTER_MS)
    },
  }
}
