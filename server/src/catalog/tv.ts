import { type Feed, type Placement, tvDurationMs, type TvModel } from 'prepaint/engine'
import type { CatalogFinding } from './catalog-finding.ts'
import type { CatalogFile } from './schema.ts'
import type { CatalogPath } from './source.ts'

type TvEntry = NonNullable<CatalogFile['tv']>
type FeedEntry = TvEntry['feeds'][string]
type OnFinding = (finding: CatalogFinding) => void

const AREA = /^(c\/[A-Z]{2}|s\/[A-Z]{2}-[A-Z0-9]{1,3})$/

/** Codes of countries that TV data use beside ISO 3166 (iptv-org/database: `c/UK`). */
const COUNTRIES: { readonly [code: string]: string } = { UK: 'GB' }

/** Longest shift of a feed that repeats another, in ms. */
const MAX_SHIFT_MS = 24 * 3_600_000

function areaOf(area: string): string {
  return area.replace(/^([cs]\/)([A-Z]{2})/, (_all, kind: string, code: string) => kind + (COUNTRIES[code] ?? code))
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}

/** Reads a catalog's TV, and tells what it cannot use. */
function createReading(onFinding: OnFinding): {
  duration(text: string, path: CatalogPath): number
  feed(name: string, entry: FeedEntry, feeds: TvEntry['feeds']): Feed
  placement(entry: NonNullable<TvEntry['placements']>[number], index: number): Placement
} {
  function duration(text: string, path: CatalogPath): number {
    const ms = tvDurationMs(text)
    if (ms === undefined) onFinding({ path, message: `${text} is no time: write it as 30s, 5m or 2h, up to 24h` })
    return ms ?? 0
  }

  function origin(name: string, { of, shift }: FeedEntry, feeds: TvEntry['feeds']): Pick<Feed, 'of' | 'shiftMs'> {
    const path = ['tv', 'feeds', name]
    if (of === undefined) {
      if (shift !== undefined) onFinding({ path: [...path, 'shift'], message: 'says of no feed: add of' })
      return {}
    }
    const base = Object.hasOwn(feeds, of) ? feeds[of] : undefined
    if (!base || of === name) onFinding({ path: [...path, 'of'], message: `unknown feed ${of}: add it under tv.feeds` })
    else if (base.of !== undefined)
      onFinding({ path: [...path, 'of'], message: `${of} repeats ${base.of}: name that one` })
    if (shift === undefined) onFinding({ path: [...path, 'of'], message: 'how much later? Add shift, such as 1h' })
    const shiftMs = shift === undefined ? 0 : duration(shift, [...path, 'shift'])
    return { of, shiftMs: Math.min(shiftMs, MAX_SHIFT_MS) }
  }

  return {
    duration,
    feed(name, entry, feeds) {
      const { channel = name, areas, delays = {}, xmltv, of } = entry
      const zone = entry.zone ?? (of !== undefined && Object.hasOwn(feeds, of) ? feeds[of]?.zone : undefined)
      const path = ['tv', 'feeds', name]
      if (zone === undefined && of === undefined)
        onFinding({ path, message: 'has no zone: add one, such as zone: Europe/London', isKey: true })
      if (zone !== undefined && !isZone(zone))
        onFinding({ path: [...path, 'zone'], message: `${zone} is no IANA time zone` })
      for (const [index, area] of areas.entries())
        if (!AREA.test(area))
          onFinding({
            path: [...path, 'areas', index],
            message: `${area} is no area: write a country as c/GB, a region as s/US-CA`,
          })
      return {
        channel,
        zone: zone ?? 'UTC',
        areas: areas.map(areaOf),
        ...origin(name, entry, feeds),
        delaysMs: Object.fromEntries(
          Object.entries(delays).map(([by, text]) => [by, duration(text, [...path, 'delays', by])]),
        ),
        ...(xmltv ? { xmltv } : {}),
      }
    },
    placement: ({ programme, product, at, duration: length }, index) => ({
      programme,
      product,
      atMs: duration(at, ['tv', 'placements', index, 'at']),
      durationMs: duration(length, ['tv', 'placements', index, 'duration']),
    }),
  }
}

/** Finds numbers that two spots claim: an airing would count for both. */
function twiceFindings(spots: NonNullable<TvEntry['spots']>, onFinding: OnFinding): void {
  const owners = new Map<string, string>()
  for (const [name, { ids = [] }] of Object.entries(spots))
    for (const [index, id] of [name, ...ids].entries()) {
      const owner = owners.get(id)
      if (owner !== undefined && owner !== name)
        onFinding({
          path: index === 0 ? ['tv', 'spots', name] : ['tv', 'spots', name, 'ids', index - 1],
          message: `${id} is a number of ${owner}, too: one spot has it`,
        })
      owners.set(id, name)
    }
}

/** Turns the TV of a catalog file into the engine's; absent if the catalog has none. */
export function tvModelOf({ tv }: CatalogFile, onFinding: OnFinding): TvModel | undefined {
  if (!tv) return undefined
  const { feeds, spots = {}, placements = [] } = tv
  const read = createReading(onFinding)
  twiceFindings(spots, onFinding)
  return {
    feeds: Object.fromEntries(Object.entries(feeds).map(([name, entry]) => [name, read.feed(name, entry, feeds)])),
    spots,
    placements: placements.map((entry, index) => read.placement(entry, index)),
  }
}
