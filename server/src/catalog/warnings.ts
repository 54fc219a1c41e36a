import type { Catalog, Experience } from 'prepaint/engine'
import type { Finding } from './finding.ts'

/** Audiences that a condition names, at any depth. */
function audiencesIn(condition: unknown): string[] {
  if (typeof condition !== 'object' || condition === null) return []
  return Object.entries(condition).flatMap(([key, part]) => (key === '$audience' ? [String(part)] : audiencesIn(part)))
}

function unusedAudiences({ audiences, experiences }: Catalog): Finding[] {
  const used = new Set([...experiences.flatMap(({ audience }) => audience ?? []), ...audiencesIn(audiences)])
  return Object.keys(audiences)
    .filter((name) => !used.has(name))
    .map((name) => ({ path: ['audiences', name], message: `audience ${name} is used by nothing`, isKey: true }))
}

/** True when nobody passes it by. */
function takesAll(experience: Experience): boolean {
  const { audience, enabled = true, fromMs, untilMs, namespace, cap, coverage, variants } = experience
  const isOpen = audience === undefined && fromMs === undefined && untilMs === undefined
  return enabled && isOpen && !namespace && !cap && coverage === 1 && variants.length === 1 && !variants[0]?.range
}

function neverTried({ experiences }: Catalog): Finding[] {
  const found: Finding[] = []
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

function dealOf({ variants }: Experience): string {
  return JSON.stringify(variants.map(({ id, weight, range }) => [id, range ?? weight]))
}

type Dealt = readonly [id: string, seed: string, deal: string]

/** Encodes a catalog's variant assignment as a text, which goes to another thread with the catalog that replaces it. */
export function dealtOf({ experiences }: Catalog): string {
  return JSON.stringify(experiences.map((experience): Dealt => [experience.id, experience.seed, dealOf(experience)]))
}

/** Growing coverage moves nobody; other weights, or other variants, move visitors from one arm to another. */
function movedVisitors(catalog: Catalog, before: string): Finding[] {
  const oldOf = new Map((JSON.parse(before) as Dealt[]).map(([id, seed, deal]) => [id, { seed, deal }]))
  return catalog.experiences.flatMap((experience, index): Finding[] => {
    const old = oldOf.get(experience.id)
    if (!old || old.seed !== experience.seed || experience.sticky === true) return []
    if (experience.variants.every(({ range }) => range) || old.deal === dealOf(experience)) return []
    const message =
      `variants or weights of ${experience.id} have changed under the same seed, so some visitors change arms and their ` +
      'results mix: give it a new seed, explicit ranges, or sticky'
    return [{ path: ['experiences', index, 'variants'], message }]
  })
}

/**
 * Finds suspicious parts of a valid catalog, by itself and against the one that it replaces, whose variant assignment
 * is `before`.
 */
export function warningsOf(catalog: Catalog, before?: string): Finding[] {
  return [
    ...unusedAudiences(catalog),
    ...neverTried(catalog),
    ...(before === undefined ? [] : movedVisitors(catalog, before)),
  ]
}
