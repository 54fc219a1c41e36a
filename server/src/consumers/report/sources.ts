/** Sources that are told apart: each makes sums of its own, and visitors may name any. */
const MAX_SOURCES = 20

/** Names of sources that may stand in reports: as they stand in addresses, and short. */
const SOURCE = /^[\w.%+~-]{1,64}$/

/** The ways by which visitors of a site came, in the order in which they were met first. */
export interface Sources {
  readonly known: readonly string[]
  /** Returns the name under which a visitor is counted who tells of this source: a campaign's, or a host. */
  nameOf(told: unknown): string
}

/** Begins with those that are known already. */
export function createSources(known: readonly string[] = []): Sources {
  const all = [...known]
  return {
    known: all,
    nameOf(told) {
      if (typeof told !== 'string' || !SOURCE.test(told)) return 'direct'
      const name = told.toLowerCase()
      if (all.includes(name)) return name
      if (all.length >= MAX_SOURCES) return 'other'
      all.push(name)
      return name
    },
  }
}
