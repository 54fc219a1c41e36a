import {
  type Declaration,
  declare,
  type Definitions,
  type FoldedBefore,
  type SiteDefinitions,
} from '../../profiles/features/definitions.ts'
import type { SiteFeatures } from '../../profiles/features/site-features.ts'
import type { LogPlace } from '../../profiles/log-place.ts'

/** Compiles definitions, each once. @throws ConditionError for what cannot be compiled */
export type CompileSite = (definitions: SiteDefinitions) => SiteFeatures

/** Definitions in force while some records are folded. */
export interface BatchDefinitions {
  /** Returns the features of a site as they are by now; undefined if none has ever been declared. */
  of(site: string): SiteFeatures | undefined
  /** Applies a record. @throws ConditionError for definitions that cannot be compiled: nothing has changed then. */
  declare(site: string, declaration: Declaration, at: LogPlace, foldedBefore: FoldedBefore): void
  /** Those that the records have changed; undefined if none. */
  changes(): Definitions | undefined
}

/** Begins with the definitions that are committed, and changes none of them. */
export function beginBatch(committed: Definitions, compile: CompileSite): BatchDefinitions {
  const changed = new Map<string, SiteDefinitions>()
  const current = (site: string): SiteDefinitions | undefined => changed.get(site) ?? committed.get(site)
  return {
    of(site) {
      const definitions = current(site)
      return definitions && compile(definitions)
    },
    declare(site, declaration, at, foldedBefore) {
      const before = current(site)
      const after = declare(before, declaration, at, foldedBefore)
      if (after === before) return
      compile(after)
      changed.set(site, after)
    },
    changes: () => (changed.size > 0 ? changed : undefined),
  }
}
