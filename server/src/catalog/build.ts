import {
  type Catalog,
  type CompileRegex,
  ConditionError,
  declareFeature,
  declareGoal,
  type Experience,
  type Feature,
  flaws,
  type Goal,
  goalFlaws,
} from 'prepaint/engine'
import type { Operation } from 'prepaint/protocol'
import type { CatalogFinding } from './catalog-finding.ts'
import { sharesOf } from './check-variants.ts'
import { compileOperation } from './operations.ts'
import type { CatalogFile, ExperienceEntry } from './schema.ts'
import { tvModelOf } from './tv.ts'

type OnFinding = (finding: CatalogFinding) => void

function operationsOf(
  entry: ExperienceEntry,
  index: number,
  allowsExecutable: boolean,
  onFinding: OnFinding,
): Operation[][] {
  return entry.variants.map(({ do: items = [] }, variant) =>
    items.flatMap((item, position) => {
      const { operations, refusals } = compileOperation(item, allowsExecutable)
      const path = ['experiences', index, 'variants', variant, 'do', position]
      for (const message of refusals) onFinding({ path, message })
      return operations
    }),
  )
}

function experienceOf(
  entry: ExperienceEntry,
  index: number,
  allowsExecutable: boolean,
  onFinding: OnFinding,
): Experience {
  const { from, until, variants, ...rest } = entry
  const operations = operationsOf(entry, index, allowsExecutable, onFinding)
  const shares = sharesOf(variants)
  return {
    coverage: 1,
    seed: entry.id,
    ...rest,
    ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
    variants: variants.map(({ id, range, redirect }, at) => ({
      id,
      weight: shares[at] ?? 0,
      ...(range ? { range } : {}),
      operations: operations[at] ?? [],
      ...(redirect === undefined ? {} : { redirect }),
    })),
  }
}

/** Stands for a declaration that is refused, so that conditions which name it are not refused, too. */
const STAND_IN: Feature = { id: '', definition: { kind: 'ever', event: '' } }

function featuresOf({ features = {}, groups = {} }: CatalogFile, onFinding: OnFinding): { [name: string]: Feature } {
  const declared = Object.entries(features).map(([name, entry]): [string, Feature] => {
    try {
      return [name, declareFeature(entry, ['features', name], groups)]
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error
      onFinding({ path: error.path, message: error.message })
      return [name, STAND_IN]
    }
  })
  return Object.fromEntries(declared)
}

/** The only goal is primary without saying so. */
function goalsOf({ goals = {}, groups = {} }: CatalogFile, compileRegex: CompileRegex, onFinding: OnFinding): Goal[] {
  const declared = Object.entries(goals).flatMap(([name, entry], _index, { length }): Goal[] => {
    try {
      const goal = declareGoal(name, entry, ['goals', name], groups)
      return [length === 1 ? { ...goal, isPrimary: true } : goal]
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error
      onFinding({ path: error.path, message: error.message })
      return []
    }
  })
  // Of goals that are left out nobody can say whether one of them is primary.
  const isWhole = declared.length === Object.keys(goals).length
  const found = isWhole ? goalFlaws(declared, { compileRegex }) : []
  for (const { path, message } of found) onFinding({ path, message, isKey: true })
  return declared
}

/** Turns a catalog file of the right shape into the engine's catalog; what it cannot use it tells `onFinding`. */
export function buildCatalog(
  file: CatalogFile,
  version: string,
  compileRegex: CompileRegex,
  onFinding: OnFinding,
): Catalog {
  const { site, slots, holdout, groups = {}, audiences = {}, experiences = [] } = file
  const features = featuresOf(file, onFinding)
  const goals = goalsOf(file, compileRegex, onFinding)
  const tv = tvModelOf(file, onFinding)
  const model = tv ? { tv } : {}
  for (const { path, message } of flaws({ audiences, groups, features, ...model }, { compileRegex }))
    onFinding({ path, message, isKey: true })
  return {
    version,
    site,
    slots: Object.entries(slots).map(([name, { selector, strict, live }]) => ({
      name,
      ...(selector === undefined ? {} : { selector }),
      ...(strict === undefined ? {} : { strict }),
      ...(live === undefined ? {} : { live }),
    })),
    ...(holdout ? { holdout } : {}),
    groups,
    ...(file.features ? { features } : {}),
    ...(file.goals ? { goals } : {}),
    ...model,
    audiences,
    experiences: experiences.map((entry, index) =>
      experienceOf(entry, index, file.executableAttributes === true, onFinding),
    ),
  }
}
