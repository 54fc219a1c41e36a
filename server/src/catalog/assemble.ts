import { type CompiledCatalog, compileInSteps, type Steps } from 'prepaint/engine'
import { awaitedOf } from './awaited.ts'
import type { Prepared } from './prepare.ts'
import { createRegexCompiler } from './regex.ts'
import type { Site } from './site.ts'

/** A site of what was prepared, and of its catalog's closures. */
export function siteOf(
  {
    name,
    origins,
    prefix,
    cacheMs,
    consentCategories,
    catalog,
    rooms,
    costUs,
    featureBytes,
    warnings,
    assignments,
  }: Prepared,
  compiled: CompiledCatalog,
): Site {
  const features = compiled.features.map(({ feature }) => feature)
  return {
    name,
    origins: new Set(origins),
    prefix,
    cacheMs,
    consentCategories,
    catalog,
    rooms,
    compiled,
    features,
    awaited: awaitedOf(compiled, features),
    costUs,
    featureBytes,
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
