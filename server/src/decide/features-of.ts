import type { Site } from '../catalog/site.ts'
import type { Definitions, SiteDefinitions } from '../profiles/features/definitions.ts'
import { createKnownFeatures, type KnownFeatures } from '../profiles/features/known.ts'

/** Returns the definitions of features in force, as far as this process knows them. */
export type ReadDefinitions = () => Definitions

/** Makes what finds the features that a site's decisions ask for; each catalog's are looked at once for each change of the definitions. */
export function createFeaturesOf(readDefinitions: ReadDefinitions): (site: Site) => KnownFeatures {
  const kept = new WeakMap<Site, { inForce: SiteDefinitions | undefined; known: KnownFeatures }>()
  return (site) => {
    const inForce = readDefinitions().get(site.name)
    const made = kept.get(site)
    if (made && made.inForce === inForce) return made.known
    const known = createKnownFeatures(site.features, inForce)
    kept.set(site, { inForce, known })
    return known
  }
}
