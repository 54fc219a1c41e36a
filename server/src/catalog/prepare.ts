import { createHash } from 'node:crypto'
import { compile, type CompiledCatalog, cost } from 'prepaint/engine'
import { createValidator } from '../validate.ts'
import { buildCatalog } from './build.ts'
import type { CatalogFinding } from './catalog-finding.ts'
import { checkCatalog } from './check.ts'
import { featureBoundFindings, featureBytesOf } from './feature-bounds.ts'
import type { Automaton } from './pattern.ts'
import { CatalogError, type Problem } from './problem.ts'
import { createRegexCompiler } from './regex.ts'
import { roomsOf } from './room.ts'
import { type CatalogFile, catalogSchema } from './schema.ts'
import type { Site } from './site.ts'
import { type CatalogSource, parseSource } from './source.ts'
import { assignmentsOf, warningsOf } from './warnings.ts'

/** The most that are told at once. */
const MAX_PROBLEMS = 100

const DEFAULT_CACHE_MINUTES = 1_440

/** The most that a decision's conditions may cost, in µs: a quarter of the budget of 8 ms that a request has by default. */
const MAX_COST_US = 2_000

const shape = createValidator(catalogSchema)

/** A catalog's version: what its text says. */
export function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

/** The first of them, and how many more there are: nobody reads 36,000 lines, and a log line holds them all. */
function some(problems: readonly Problem[]): readonly Problem[] {
  const [first] = problems
  const more = problems.length - MAX_PROBLEMS
  if (!first || more <= 0) return problems
  return [...problems.slice(0, MAX_PROBLEMS), { file: first.file, line: 0, column: 0, message: `and ${more} more` }]
}

function problemsOf(findings: readonly CatalogFinding[], { problemAt }: CatalogSource): readonly Problem[] {
  return findings.map(({ path, message, isKey }) => problemAt(path, message, isKey ? 'key' : 'value'))
}

function refuse(findings: readonly CatalogFinding[], source: CatalogSource): never {
  throw new CatalogError(some(problemsOf(findings, source)))
}

/** Returns the bound of a decision's cost, in µs; a catalog beyond the budget is refused at its most expensive part. */
function costWithinBudget(compiled: CompiledCatalog, source: CatalogSource): number {
  const { totalUs, audiences } = cost(compiled)
  const [dearest] = audiences
  if (totalUs > MAX_COST_US && dearest) {
    const message =
      `a decision may take ${Math.ceil(totalUs)} µs of the ${MAX_COST_US} that it has, and audience ${dearest.name} ` +
      `${Math.ceil(dearest.costUs)} of them: use fewer patterns and lists, or let audiences ask for a campaign or country first`
    refuse([{ path: ['audiences', dearest.name], message, isKey: true }], source)
  }
  return totalUs
}

function shapedValue(source: CatalogSource): CatalogFile {
  const { value, problems } = source
  if (problems.length > 0) throw new CatalogError(some(problems))
  return shape.accepts(value) ? value : refuse(shape.flaws(value), source)
}

/** All that a site needs of its catalog file, as data. */
export interface Prepared extends Omit<Site, 'origins' | 'compiled' | 'features' | 'awaited'> {
  origins: readonly string[]
  /** The automata of its patterns. */
  automata: ReadonlyMap<string, Automaton>
}

/**
 * Reads, checks and compiles a catalog file's text.
 * @param before the variant assignment of the catalog that it replaces: the warnings say whom the change moves
 * @param isLenient true: what does nothing, such as a comparison that never holds, is a warning. So does a service that starts:
 * it has no other catalog, and the one of an earlier version must not keep it from starting.
 * @throws CatalogError with everything that is wrong with it, each with its place.
 */
export function prepareCatalog(
  text: string,
  file: string,
  before?: string,
  isLenient = false,
): { prepared: Prepared; compiled: CompiledCatalog } {
  const source = parseSource(text, file)
  const value = shapedValue(source)
  const automata = new Map<string, Automaton>()
  const compileRegex = createRegexCompiler(automata)
  const findings = checkCatalog(value)
  const catalog = buildCatalog(value, versionOf(text), compileRegex, (finding) => findings.push(finding))
  const futile = findings.filter(({ isFutile }) => isFutile)
  const harmless = [...source.doubts, ...problemsOf(futile, source)]
  const mistakes = findings.filter(({ isFutile }) => !isFutile)
  const refused = isLenient ? [] : harmless
  if (mistakes.length + refused.length > 0) throw new CatalogError(some([...refused, ...problemsOf(mistakes, source)]))
  const compiled = compile(catalog, { compileRegex })
  const unbounded = featureBoundFindings(compiled.features, compileRegex)
  if (unbounded.length > 0) refuse(unbounded, source)
  const prepared = {
    name: value.site,
    origins: value.origins,
    prefix: value.prefix ?? 'pp',
    cacheMs: (value.cacheMinutes ?? DEFAULT_CACHE_MINUTES) * 60_000,
    consentCategories: value.consentCategories,
    catalog,
    rooms: roomsOf(value),
    costUs: costWithinBudget(compiled, source),
    featureBytes: featureBytesOf(compiled.features.map(({ feature }) => feature)),
    warnings: some([...harmless, ...problemsOf(warningsOf(catalog, before), source)]),
    assignments: assignmentsOf(catalog),
    automata,
  }
  return { prepared, compiled }
}
