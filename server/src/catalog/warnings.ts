import type { Catalog, Experience, Goal } from 'prepaint/engine'
import type { CatalogFinding } from './catalog-finding.ts'
import { misspeltEvents } from './misspelt-events.ts'

/** Audiences that a condition names, at any depth. */
function audiencesIn(condition: unknown): string[] {
  if (typeof condition !== 'object' || condition === null) return []
  return Object.entries(condition).flatMap(([key, part]) => (key === '$audience' ? [String(part)] : audiencesIn(part)))
}

function unusedAudiences({ audiences, experiences }: Catalog): CatalogFinding[] {
  const used = new Set([...experiences.flatMap(({ audience }) => audience ?? []), ...audiencesIn(audiences)])
  return Object.keys(audiences)
    .filter((name) => !used.has(name))
    .map((name) => ({ path: ['audiences', name], message: `audience ${name} is used by nothing`, isKey: true }))
}

/** Attributes that a condition names, at any depth. */
function namesIn(condition: unknown): string[] {
  if (typeof condition !== 'object' || condition === null) return []
  return Object.entries(condition).flatMap(([key, part]) => [key, ...namesIn(part)])
}

function unusedFeatures({ features = {}, audiences }: Catalog): CatalogFinding[] {
  const names = Object.keys(features)
  const used = new Set(names.length === 0 ? [] : namesIn(audiences))
  return names
    .filter((name) => !used.has(`features.${name}`))
    .map((name) => ({ path: ['features', name], message: `feature ${name} is read by no audience`, isKey: true }))
}

/** Browsers may say anything: money that decides which variant stays is to be confirmed. */
function unconfirmedMoney({ goals = [] }: Catalog): CatalogFinding[] {
  const isMoney = ({ currency, of = '' }: Goal): boolean =>
    currency !== undefined || /total|revenue|value|price/i.test(of)
  return goals
    .filter((goal) => goal.isPrimary && goal.from === undefined && goal.of !== undefined && isMoney(goal))
    .map(({ name }) => ({
      path: ['goals', name],
      message: `goal ${name} is about money and counts what browsers say: send it from a server, and write from: server`,
      isKey: true,
    }))
}

/** True when nobody passes it by. */
function takesAll(experience: Experience): boolean {
  const { audience, enabled = true, fromMs, untilMs, namespace, cap, coverage, variants } = experience
  const isOpen = audience === undefined && fromMs === undefined && untilMs === undefined
  return enabled && isOpen && !namespace && !cap && coverage === 1 && variants.length === 1 && !variants[0]?.range
}

function neverTried({ experiences }: Catalog): CatalogFinding[] {
  const found: CatalogFinding[] = []
  const takenBy = new Map<string, string>()
  const inOrder = experiences.map((experience, index) => ({ experience, index }))
  inOrder.sort(({ experience: one }, { experience: other }) => (other.priority ?? 0) - (one.priority ?? 0))
  for (const { experience, index } of inOrder) {
    const { id, slot } = experience
    const first = takenBy.get(slot)
    const message = `experience ${id} is never shown: ${first} comes first and is for everybody`
    if (first !== undefined) found.push({ path: ['experiences', index, 'id'], message })
    else if (takesAll(experience)) takenBy.set(slot, id)
  }
  return found
}

function splitOf({ variants }: Experience): string {
  return JSON.stringify(variants.map(({ id, weight, range }) => [id, range ?? weight]))
}

type ExperienceSplit = readonly [id: string, seed: string, split: string]

/** Encodes a catalog's variant assignment as a text, which goes to another thread with the catalog that replaces it. */
export function assignmentsOf({ experiences }: Catalog): string {
  return JSON.stringify(
    experiences.map((experience): ExperienceSplit => [experience.id, experience.seed, splitOf(experience)]),
  )
}

/** Growing coverage moves nobody; other weights, or other variants, move visitors from one variant to another. */
function movedVisitors(catalog: Catalog, before: string): CatalogFinding[] {
  const oldOf = new Map((JSON.parse(before) as ExperienceSplit[]).map(([id, seed, split]) => [id, { seed, split }]))
  return catalog.experiences.flatMap((experience, index): CatalogFinding[] => {
    const old = oldOf.get(experience.id)
    if (!old || old.seed !== experience.seed || experience.sticky === true) return []
    if (experience.variants.every(({ range }) => range) || old.split === splitOf(experience)) return []
    const message =
      `variants or weights of ${experience.id} have changed under the same seed, so some visitors change variants and their ` +
      'results mix: give it a new seed, explicit ranges, or sticky'
    return [{ path: ['experiences', index, 'variants'], message }]
  })
}

/**
 * Finds suspicious parts of a valid catalog, by itself and against the one that it replaces, whose variant assignment
 * is `before`.
 */
export function warningsOf(catalog: Catalog, before?: string): CatalogFinding[] {
  return [
    ...unusedAudiences(catalog),
    ...unusedFeatures(catalog),
    ...neverTried(catalog),
    ...(before === undefined ? [] : movedVisitors(catalog, before)),
    ...misspeltEvents(catalog),
    ...unconfirmedMoney(catalog),
  ]
}
