import type { Json } from 'prepaint/protocol'
import type { Site } from './site.ts'

/** Facts that these conditions name, such as `page.path`, at whatever depth: a name is always a key. */
function factsNamed(condition: Json): string[] {
  if (typeof condition !== 'object' || condition === null) return []
  const entries = Array.isArray(condition)
    ? condition.map((part): [string, Json] => ['', part])
    : Object.entries(condition)
  return entries.flatMap(([name, value]) => [name, ...factsNamed(value)])
}

/** Facts that a site's audiences ask for. */
export interface Reads {
  /** Names of the page's facts. */
  page: ReadonlySet<string>
  /** True if they ask for the place. */
  geo: boolean
}

/** Makes what finds them, once a site. */
export function createReads(): (site: Site) => Reads {
  const known = new WeakMap<Site, Reads>()
  return (site) => {
    const before = known.get(site)
    if (before) return before
    const facts = factsNamed(site.catalog.audiences)
    const page = new Set(facts.filter((name) => name.startsWith('page.')).map((name) => name.slice(5)))
    const reads = { page, geo: facts.some((name) => name.startsWith('geo.')) }
    known.set(site, reads)
    return reads
  }
}
