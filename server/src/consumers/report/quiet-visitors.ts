/** Visitors who are remembered, of all sites together; of two in one place the later one is. A power of two. */
const PLACES = 65_536

/**
 * Visitors with the stretch of time in which an event of theirs changes nothing, if it is neither of a goal nor of ours: most events are
 * passed over by it, and their rows are neither read nor decoded.
 */
export interface QuietVisitors {
  /** True if it is known that an event at that time changes nothing. */
  has(site: string, id: string, atMs: number): boolean
  /** Notes that events change nothing from a time until another one, itself included. */
  note(site: string, id: string, stretch: { fromMs: number; untilMs: number }): void
  /** Forgets a visitor whose row goes. */
  forget(site: string, id: string): void
  /** Forgets those of a site whose plan changes. */
  forgetAll(site: string): void
}

/** Place of an id. FNV-1a: ids are random, and whoever else is in a place is told apart by the id itself. */
function placeOf(id: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 16)) & (PLACES - 1)
}

/** Begins without any. */
export function createQuietVisitors(): QuietVisitors {
  const sites = new Array<string | undefined>(PLACES)
  const ids = new Array<string | undefined>(PLACES)
  const fromMs = new Float64Array(PLACES)
  const untilMs = new Float64Array(PLACES)

  return {
    has(site, id, atMs) {
      const at = placeOf(id)
      if (ids[at] !== id || sites[at] !== site) return false
      return atMs >= (fromMs[at] as number) && atMs <= (untilMs[at] as number)
    },
    note(site, id, stretch) {
      const at = placeOf(id)
      sites[at] = site
      ids[at] = id
      fromMs[at] = stretch.fromMs
      untilMs[at] = stretch.untilMs
    },
    forget(site, id) {
      const at = placeOf(id)
      if (ids[at] === id && sites[at] === site) ids[at] = undefined
    },
    forgetAll(site) {
      for (const [at, of] of sites.entries()) if (of === site) ids[at] = undefined
    },
  }
}
