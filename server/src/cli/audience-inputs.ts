import type { Attribute, CompiledCatalog } from 'prepaint/engine'

type Audience = CompiledCatalog['audiences'][number]

/** Attributes on which an audience depends, those of the audiences that it names included. */
export interface AudienceInputs {
  /** Names of those that a view alone tells: page, place, time and visit. */
  view: string[]
  /** True if it reads a feature. */
  readsFeatures: boolean
}

const OF_VIEW: readonly Attribute['source'][] = ['page', 'geo', 'time', 'session']

function collect({ attributes, audiences }: Audience, into: Set<Attribute>, seen: Set<Audience>): void {
  for (const attribute of attributes) into.add(attribute)
  for (const one of audiences) {
    if (seen.has(one)) continue
    seen.add(one)
    collect(one, into, seen)
  }
}

/** Finds on what each audience depends, by its name. */
export function audienceInputs({ audiences }: CompiledCatalog): Map<string, AudienceInputs> {
  return new Map(
    audiences.map((audience) => {
      const read = new Set<Attribute>()
      collect(audience, read, new Set([audience]))
      const view = [...read].filter(({ source }) => OF_VIEW.includes(source)).map(({ name }) => name)
      return [audience.name, { view, readsFeatures: [...read].some(({ source }) => source === 'features') }]
    }),
  )
}
