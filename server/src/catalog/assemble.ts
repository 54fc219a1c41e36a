import { type Catalog, type CompiledCatalog, compileInSteps, type Feature, type Steps } from 'prepaint/engine'
import type { Prepared } from './prepare.ts'
import { createRegexCompiler } from './regex.ts'
import type { Site } from './site.ts'

/** Features of a catalog, each once. */
function featuresOf({ features = {} }: Catalog): readonly Feature[] {
  return [...new Map(Object.values(features).map((feature) => [feature.id, feature])).values()]
}

/** A site of what was prepared, and of its catalog's closures. */
export function siteOf(
  { name, origins, prefix, cacheMs, consentCategories, catalog, rooms, costUs, warnings, assignments }: Prepared,
  compiled: CompiledCatalog,
): Site {
  return {
    name,
    origins: new Set(origins),
    prefix,
    cacheMs,
    consentCategories,
    catalog,
    rooms,
    compiled,
    features: featuresOf(catalog),
    costUs,
    warnings,
    assignments,
  }
}

/** Makes a site of a prepared catalog, in small steps. */
export function* assemble(prepared: Prepared): Steps<Site> {
  const compiled = yield* compileInSteps(prepared.catalog, {
    compileRegex: createRegexCompiler(new Map(prepared.automata)),
  })
  return siteOf(prepared, compiled)
}
