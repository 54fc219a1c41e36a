import type { Catalog, Steps } from 'prepaint/engine'
import type { Automaton } from './pattern.ts'
import type { Prepared } from './prepare.ts'

/** A prepared catalog on its way between threads: texts, since objects would be built all at once where they arrive. */
export interface Packed {
  /** All but what can be long. */
  head: string
  audiences: string[]
  groups: string[]
  features: string[]
  experiences: string[]
  automata: ReadonlyMap<string, Automaton>
  assignments: string
}

/** Length of a text that is parsed at once, in characters: about 0.2 ms. */
const PART_LENGTH = 16_384

type Head = Omit<Prepared, 'automata' | 'assignments' | 'catalog'> & {
  catalog: Pick<Catalog, 'version' | 'site' | 'slots' | 'holdout' | 'tv'>
}

function partsOf(items: readonly unknown[]): string[] {
  const parts: string[] = []
  let open: string[] = []
  let length = 0
  for (const item of items) {
    const text = JSON.stringify(item)
    open.push(text)
    length += text.length
    if (length < PART_LENGTH) continue
    parts.push(`[${open.join()}]`)
    open = []
    length = 0
  }
  return open.length === 0 ? parts : [...parts, `[${open.join()}]`]
}

/** Packs a prepared catalog. */
export function pack({ automata, assignments, catalog, ...rest }: Prepared): Packed {
  const { audiences, groups = {}, features = {}, experiences, ...head } = catalog
  return {
    head: JSON.stringify({ ...rest, catalog: head } satisfies Head),
    audiences: partsOf(Object.entries(audiences)),
    groups: partsOf(Object.entries(groups)),
    features: partsOf(Object.entries(features)),
    experiences: partsOf(experiences),
    automata,
    assignments,
  }
}

function* unpackItems<Item>(parts: readonly string[]): Steps<Item[]> {
  const items: Item[] = []
  for (const part of parts) {
    for (const item of JSON.parse(part) as Item[]) items.push(item)
    yield
  }
  return items
}

/** An object by name, filled by assignment: the grammar of names has none that an assignment would take for something else. */
function* unpackNamed<Value>(parts: readonly string[]): Steps<{ [name: string]: Value }> {
  const named: { [name: string]: Value } = {}
  for (const [name, value] of yield* unpackItems<[string, Value]>(parts)) named[name] = value
  return named
}

/** Unpacks a catalog in small steps. */
export function* unpack({ head, automata, assignments, ...parts }: Packed): Steps<Prepared> {
  const { catalog, ...rest } = JSON.parse(head) as Head
  const { audiences, groups, features, experiences } = parts
  yield
  return {
    ...rest,
    automata,
    assignments,
    catalog: {
      ...catalog,
      audiences: yield* unpackNamed(audiences),
      groups: yield* unpackNamed(groups),
      features: yield* unpackNamed(features),
      experiences: yield* unpackItems(experiences),
    },
  }
}
