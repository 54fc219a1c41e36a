import { type Catalog, type Experience, flaws } from 'prepaint/engine'
import type { Operation } from 'prepaint/protocol'
import type { Finding } from './check.ts'
import { compileOperation } from './operations.ts'
import { compileRegex } from './regex.ts'
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

/** Turns a catalog file of the right shape into the engine's catalog; what it cannot use it tells `onFinding`. */
export function buildCatalog(file: CatalogFile, version: string, onFinding: OnFinding): Catalog {
  for (const { path, message } of flaws({ audiences: file.audiences ?? {} }, { compileRegex })) onFinding({ path, message, isKey: true })
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
