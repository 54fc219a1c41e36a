import type { Catalog } from 'prepaint/engine'
import type { CatalogFinding } from './catalog-finding.ts'
import { KNOWN_EVENTS } from './known-events.ts'
import type { CatalogPath } from './source.ts'

/** An event that a catalog names, and its place. */
interface NamedEvent {
  name: string
  path: CatalogPath
  isKey: boolean
}

/** Letters and digits alone. */
function essence(name: string): string {
  return name.toLowerCase().replace(/[^a-z\d]/g, '')
}

const known = new Map<string, string>(KNOWN_EVENTS.map((name) => [essence(name), name]))

/** Events in a condition, at any depth: `events.NAME`, and `event: NAME` of what is written in place. */
function eventsIn(condition: unknown, path: CatalogPath): NamedEvent[] {
  if (typeof condition !== 'object' || condition === null) return []
  const isList = Array.isArray(condition)
  return Object.entries(condition).flatMap(([key, part]: [string, unknown], index) => {
    const place = [...path, isList ? index : key]
    if (key.startsWith('events.')) return [{ name: key.slice('events.'.length), path: place, isKey: true }]
    if (key === 'event' && typeof part === 'string') return [{ name: part, path: place, isKey: false }]
    return eventsIn(part, place)
  })
}

/** Finds names that differ from one with a meaning in case and punctuation alone: nearly always it was meant. */
export function misspeltEvents({ audiences, features = {}, goals = [] }: Catalog): CatalogFinding[] {
  const ofFeatures = Object.entries(features).map(([name, { definition }]) => ({
    name: definition.event ?? '',
    path: ['features', name, 'event'],
    isKey: false,
  }))
  const ofGoals = goals.map(({ name, event }) => ({ name: event, path: ['goals', name, 'event'], isKey: false }))
  return [...eventsIn(audiences, ['audiences']), ...ofFeatures, ...ofGoals].flatMap(({ name, path, isKey }) => {
    const meant = known.get(essence(name))
    if (meant === undefined || meant === name) return []
    return [
      { path, isKey, message: `event ${name} is another one than ${meant}, which has a meaning (docs/events.md)` },
    ]
  })
}
