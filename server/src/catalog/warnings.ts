import type { Catalog, Experience } from 'prepaint/engine'
import type { Finding } from './check.ts'

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
  const orderOf = ({ priority = 0 }: Experience, index: number): [number, number] => [-priority, index]
  return experiences.flatMap((experience, index): Finding[] => {
    const before = experiences.find((other, at) => {
      const [[one, first], [two, second]] = [orderOf(other, at), orderOf(experience, index)]
      return other.slot === experience.slot && takesAll(other) && (one < two || (one === two && first < second))
    })
    return before
      ? [{ path: ['experiences', index, 'id'], message: `experience ${experience.id} is never shown: ${before.id} comes first and is for everybody` }]
      : []
  })
}

function dealOf({ variants }: Experience): string {
  return JSON.stringify(variants.map(({ id, weight, range }) => [id, range ?? weight]))
}

/** Growing coverage moves nobody; other weights, or other variants, move visitors from one arm to another. */
function movedVisitors(catalog: Catalog, before: Catalog): Finding[] {
  return catalog.experiences.flatMap((experience, index): Finding[] => {
    const old = before.experiences.find(({ id }) => id === experience.id)
    if (!old || old.seed !== experience.seed || experience.sticky === true) return []
    if (experience.variants.every(({ range }) => range) || dealOf(old) === dealOf(experience)) return []
    const message =
      `variants or weights of ${experience.id} have changed under the same seed, so some visitors change arms and their ` +
      'results mix: give it a new seed, explicit ranges, or sticky'
    return [{ path: ['experiences', index, 'variants'], message }]
  })
}

/** What is suspicious about a sound catalog, by itself and after the one that it replaces. */
export function warningsOf(catalog: Catalog, before?: Catalog): Finding[] {
  return [...unusedAudiences(catalog), ...neverTried(catalog), ...(before ? movedVisitors(catalog, before) : [])]
}
