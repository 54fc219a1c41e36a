import { type Catalog, compile, ConditionError, type Experience } from 'prepaint/engine'
import type { Operation } from 'prepaint/protocol'
import type { Finding } from './check.ts'
import { compileOperation } from './operations.ts'
import type { CatalogFile, ExperienceEntry } from './schema.ts'

type OnFinding = (finding: Finding) => void

function operationsOf(entry: ExperienceEntry, index: number, onFinding: OnFinding): Operation[][] {
  return entry.variants.map(({ do: items = [] }, variant) =>
    items.flatMap((item, position) => {
      const { operations, refusals } = compileOperation(item)
      const path = ['experiences', index, 'variants', variant, 'do', position]
      for (const message of refusals) onFinding({ path, message })
      return operations
    }),
  )
}

function experienceOf(entry: ExperienceEntry, index: number, onFinding: OnFinding): Experience {
  const { id, slot, audience, from, until, coverage = 1, seed = id } = entry
  const operations = operationsOf(entry, index, onFinding)
  return {
    id,
    slot,
    ...(audience === undefined ? {} : { audience }),
    ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
    coverage,
    seed,
    variants: entry.variants.map((variant, at) => ({
      id: variant.id,
      weight: variant.weight ?? 1,
      operations: operations[at] ?? [],
    })),
  }
}

/** The engine names the first mistake of what it compiles, so each audience is tried by itself. */
function tryAudiences({ audiences = {} }: CatalogFile, onFinding: OnFinding): void {
  for (const [name, condition] of Object.entries(audiences)) {
    try {
      compile({ version: '', site: '', slots: [], audiences: { [name]: condition }, experiences: [] })
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error
      onFinding({ path: error.path, message: error.message, isKey: true })
    }
  }
}

/** Turns a catalog file of the right shape into the engine's catalog; what it cannot use it tells `onFinding`. */
export function buildCatalog(file: CatalogFile, version: string, onFinding: OnFinding): Catalog {
  tryAudiences(file, onFinding)
  return {
    version,
    site: file.site,
    slots: Object.entries(file.slots).map(([name, { selector }]) => ({
      name,
      ...(selector === undefined ? {} : { selector }),
    })),
    audiences: file.audiences ?? {},
    experiences: (file.experiences ?? []).map((entry, index) => experienceOf(entry, index, onFinding)),
  }
}
