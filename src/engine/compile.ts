import type { PageFact } from '../protocol/index.ts'
import { type Anchors, createAnchors } from './anchor.ts'
import type { Attribute } from './attribute.ts'
import { type Audience, audienceFlaws, createAudiences, readsOf } from './audience.ts'
import { createBucket, createNamespaceBucket, fnv1a32 } from './bucket.ts'
import type { Catalog, Experience } from './catalog.ts'
import type { CompileRegex } from './compile-regex.ts'
import type { CompiledCatalog, CompiledExperience, CompiledSlot } from './compiled.ts'
import type { ConditionError } from './condition-error.ts'
import { type FeatureAttribute, isFeature, isOfServers, isSeenByPages } from './feature-attribute.ts'
import { whereFlaws } from './features/where.ts'
import { STEP_MS } from './local-time.ts'
import { rangesOf } from './range.ts'
import { createSlotIndex } from './slot-index.ts'
import { finish, type Steps } from './steps.ts'
import { createReachOf } from './tv/reach.ts'
import { isOfTv } from './tv/tv-attribute.ts'

/** Options that only the host of the engine can give. */
export interface CompileOptions {
  /** Absent: `$regex` and `$regexi` are refused. */
  compileRegex?: CompileRegex
}

/** Sources that tell something of a person. */
const OF_PERSON: readonly Attribute['source'][] = ['user', 'traits', 'events', 'pageViews', 'features', 'session']

const PAGE_FACTS: readonly string[] = [
  'path',
  'campaign',
  'referrer',
  'source',
  'medium',
  'term',
  'content',
  'click',
] satisfies PageFact[]

function isPageFact(key: string): key is PageFact {
  return PAGE_FACTS.includes(key)
}

function keysRead(reads: readonly Attribute[], source: Attribute['source']): string[] {
  return [...new Set(reads.filter((attribute) => attribute.source === source).map(({ key }) => key))].sort()
}

/** Names of events that attributes count, or that change features. */
function eventsRead(reads: readonly Attribute[], features: readonly FeatureAttribute[]): string[] {
  const ofFeatures = features.filter(isSeenByPages).map(({ feature }) => feature.definition.event as string)
  return [...new Set([...keysRead(reads, 'events'), ...ofFeatures])].sort()
}

/** Least and number of the factors by which a page's draw becomes that of an experience: large ones, so that two of them tell nothing of each other. */
const LEAST_FACTOR = 1_009
const FACTORS = 1_000_003

/** Returns the draw of an experience in a live slot that a page may make without an id: its audience asks for TV, and for nothing of the person. */
function* drawOf(
  { experience, splits, audience }: CompiledExperience,
  isLive: boolean,
): Steps<Pick<CompiledExperience, 'draw'>> {
  const { namespace, cap, seed } = experience
  if (!isLive || !splits || !audience || namespace !== undefined || cap !== undefined) return {}
  const reads = yield* readsOf([audience])
  const tv = reads.filter(isOfTv)
  if (tv.length === 0 || reads.some(({ source }) => OF_PERSON.includes(source))) return {}
  return { draw: { by: LEAST_FACTOR + (fnv1a32(seed) % FACTORS), tv } }
}

function compileExperience(
  experience: Experience,
  position: number,
  audience: Audience | undefined,
): CompiledExperience {
  const { variants, coverage, seed, namespace, cap } = experience
  const splits = variants.length > 1 || coverage < 1 || variants[0]?.range !== undefined
  return {
    experience,
    position,
    audience,
    ranges: rangesOf(experience),
    bucket: createBucket(seed),
    namespaceBucket: namespace && createNamespaceBucket(namespace.id),
    namespaceRanges: namespace ? [[namespace.from, namespace.until]] : [],
    // Who is not known cannot be counted either, and a cap is a promise.
    needsId: splits || namespace !== undefined || cap !== undefined,
    splits,
  }
}

function instantsOf(experiences: readonly Experience[]): number[] {
  const instants = experiences.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])
  return instants.filter((instant) => instant !== undefined).sort((one, other) => one - other)
}

function stepOf(reads: readonly Attribute[]): number | undefined {
  const steps = keysRead(reads, 'time').flatMap((key) => STEP_MS[key] ?? [])
  return steps.length > 0 ? Math.min(...steps) : undefined
}

const NO_ANCHORS: Anchors = new Map()

/** By slot: its experiences, in the catalog's order. */
function bySlot({ experiences }: Catalog): Map<string, Experience[]> {
  const lists = new Map<string, Experience[]>()
  for (const experience of experiences) {
    const list = lists.get(experience.slot)
    if (list) list.push(experience)
    else lists.set(experience.slot, [experience])
  }
  return lists
}

/**
 * Turns a valid catalog into closures in steps of well under a millisecond, for a host that decides meanwhile.
 * @throws ConditionError for a condition that cannot be compiled, with its path in the catalog.
 * @example
 * ```ts
 * const steps = compileInSteps(catalog)
 * let step = steps.next()
 * while (!step.done) {
 *   await new Promise((resolve) => setTimeout(resolve)) // others go first
 *   step = steps.next()
 * }
 * const compiled = step.value
 * ```
 */
export function* compileInSteps(catalog: Catalog, { compileRegex }: CompileOptions = {}): Steps<CompiledCatalog> {
  const { version, site, holdout } = catalog
  const audiences = yield* createAudiences(catalog, compileRegex)
  const compiledAudiences: Audience[] = []
  for (const name of Object.keys(catalog.audiences)) {
    compiledAudiences.push(audiences.get(name, ['audiences', name]))
    yield
  }
  const anchorsOf = createAnchors(catalog.audiences)
  const lists = bySlot(catalog)
  const slots: CompiledSlot[] = []
  for (const { name, selector, strict = false, live = false } of catalog.slots) {
    const sorted = [...(lists.get(name) ?? [])].sort((one, other) => (other.priority ?? 0) - (one.priority ?? 0))
    const experiences: CompiledExperience[] = []
    for (const [position, experience] of sorted.entries()) {
      const { audience, id } = experience
      const asked = audience === undefined ? undefined : audiences.get(audience, ['experiences', id, 'audience'])
      const compiled = compileExperience(experience, position, asked)
      experiences.push({ ...compiled, ...(yield* drawOf(compiled, live)) })
      yield
    }
    const running = experiences.filter(({ experience: { enabled = true } }) => enabled)
    const reads = yield* readsOf(running.flatMap(({ audience }) => audience ?? []))
    const stepMs = stepOf(reads)
    const features = [...new Set(reads.filter(isFeature))]
    slots.push({
      name,
      ...(selector === undefined ? {} : { selector }),
      experiences,
      index: yield* createSlotIndex(running, ({ experience: { audience } }) =>
        audience === undefined ? NO_ANCHORS : anchorsOf(audience),
      ),
      // A visit's counters change with every view, as does what page views count, so a copy is never what the next view would get.
      isStrict:
        strict ||
        reads.some(({ source }) => source === 'session') ||
        !features.every((feature) => isSeenByPages(feature) || isOfServers(feature)),
      vary: keysRead(reads, 'page').filter(isPageFact),
      events: eventsRead(reads, features),
      features,
      isLive: live,
      isPersonal: reads.some(({ source }) => OF_PERSON.includes(source)),
      tv: [...new Set(reads.filter(isOfTv))],
      isOfServers: features.some(isOfServers),
      instants: instantsOf(running.map(({ experience }) => experience)),
      ...(stepMs === undefined ? {} : { stepMs }),
    })
    yield
  }
  return {
    version,
    site,
    slots,
    ...(holdout ? { holdout: { share: holdout.share, bucket: createBucket(holdout.seed) } } : {}),
    audiences: compiledAudiences,
    attributes: audiences.attributes(),
    features: audiences.features(),
    hasTv: catalog.tv !== undefined,
    reachOf: createReachOf(catalog.tv ?? { feeds: {}, spots: {}, placements: [] }),
    size: audiences.size(),
  }
}

/**
 * Turns a valid catalog into closures, once, at publish time.
 * @throws ConditionError for a condition that cannot be compiled, with its path in the catalog.
 * @example
 * ```ts
 * import { compile, decide } from 'prepaint/engine'
 *
 * const compiled = compile({
 *   version: '1',
 *   site: 'shop',
 *   slots: [{ name: 'headline' }],
 *   audiences: { spring: { 'page.campaign': 'spring' } },
 *   experiences: [
 *     {
 *       id: 'spring-headline',
 *       slot: 'headline',
 *       audience: 'spring',
 *       coverage: 1,
 *       seed: 'spring-headline',
 *       variants: [{ id: 'flowers', weight: 1, operations: [{ op: 'text', value: 'Spring starts here' }] }],
 *     },
 *   ],
 * })
 * const page = { path: '/', campaign: 'spring', referrer: '', device: 'desktop', language: 'de' } as const
 * const [headline] = decide(compiled, { page, nowMs: Date.now() })
 * console.log(headline?.variant?.id) // flowers
 * ```
 */
export function compile(catalog: Catalog, options: CompileOptions = {}): CompiledCatalog {
  return finish(compileInSteps(catalog, options))
}

/**
 * Everything that keeps a catalog's features and audiences from being compiled, each mistake once, with its path in the catalog.
 * @example
 * ```ts
 * for (const { path, message } of flaws(catalog)) console.error(path.join('.'), message)
 * ```
 */
export function flaws(
  catalog: Pick<Catalog, 'audiences' | 'groups' | 'features' | 'tv'>,
  options: CompileOptions = {},
): ConditionError[] {
  return [...whereFlaws(catalog.features ?? {}, options), ...audienceFlaws(catalog, options.compileRegex)]
}
