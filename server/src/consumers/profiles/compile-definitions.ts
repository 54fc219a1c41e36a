import type { CompileRegex } from 'prepaint/engine'
import type { SiteDefinitions } from '../../profiles/features/definitions.ts'
import { compileSite, type SiteFeatures } from '../../profiles/features/site-features.ts'
import type { CompileSite } from './batch-definitions.ts'

/** Makes what compiles definitions, each once for as long as they are in force. */
export function createCompileSite(compileRegex: CompileRegex | undefined): CompileSite {
  const compiled = new WeakMap<SiteDefinitions, SiteFeatures>()
  const options = compileRegex === undefined ? {} : { compileRegex }
  return (definitions) => {
    const known = compiled.get(definitions)
    if (known) return known
    const made = compileSite(definitions, options)
    compiled.set(definitions, made)
    return made
  }
}
