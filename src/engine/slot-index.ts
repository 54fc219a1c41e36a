import type { Anchors } from './anchor.ts'
import { parseAttribute } from './attribute.ts'
import type { CompiledExperience, SlotIndex } from './compiled.ts'
import type { Frame } from './frame.ts'
import type { Steps } from './steps.ts'

const NONE: readonly CompiledExperience[] = []

type AnchorsByExperience = ReadonlyMap<CompiledExperience, Anchors>

/** Entries that an index may have: 5,000 experiences that each ask for the same 5,000 texts would have 25 million. */
const MAX_ENTRIES = 262_144

/** Estimate of an index by an attribute. */
interface Plan {
  name: string
  /** The most experiences that a request would have to try. */
  longest: number
  entries: number
}

/** Experiences that share one list of texts, because they share an audience, are counted together. */
function* planOf(name: string, anchors: AnchorsByExperience): Steps<Plan> {
  const counts = new Map<readonly string[], number>()
  let others = 0
  for (const texts of anchors.values()) {
    const wanted = texts.get(name)
    if (wanted) counts.set(wanted, (counts.get(wanted) ?? 0) + 1)
    else others++
    yield
  }
  const byText = new Map<string, number>()
  let entries = 0
  let most = 0
  for (const [wanted, count] of counts) {
    for (const text of new Set(wanted)) {
      const sum = (byText.get(text) ?? 0) + count
      byText.set(text, sum)
      entries += count
      most = Math.max(most, sum)
    }
    yield
  }
  return { name, longest: most + others, entries }
}

function* indexBy(name: string, anchors: AnchorsByExperience): Steps<SlotIndex> {
  const byText = new Map<string, CompiledExperience[]>()
  const others: CompiledExperience[] = []
  for (const [experience, texts] of anchors) {
    const wanted = texts.get(name)
    if (!wanted) others.push(experience)
    for (const text of new Set(wanted)) {
      const list = byText.get(text)
      if (list) list.push(experience)
      else byText.set(text, [experience])
    }
    yield
  }
  return { attribute: parseAttribute(name), byText, others }
}

/** Sorts experiences so that a request touches few of them. It changes no decision: what is left out would have failed. */
export function* createSlotIndex(
  experiences: readonly CompiledExperience[],
  anchorsOf: (experience: CompiledExperience) => Anchors,
): Steps<SlotIndex> {
  const anchors = new Map<CompiledExperience, Anchors>()
  const names = new Set<string>()
  for (const experience of experiences) {
    const texts = anchorsOf(experience)
    anchors.set(experience, texts)
    for (const name of texts.keys()) names.add(name)
    yield
  }
  let best: Plan | undefined
  for (const name of [...names].sort()) {
    const plan = yield* planOf(name, anchors)
    const isWorthIt = plan.longest <= experiences.length / 2 && plan.entries <= MAX_ENTRIES
    if (isWorthIt && (!best || plan.longest < best.longest)) best = plan
  }
  return best ? yield* indexBy(best.name, anchors) : { attribute: undefined, byText: new Map(), others: experiences }
}

/** The experiences that ask for the value which the index looks up, in order. */
export function lookUp({ attribute, byText }: SlotIndex, frame: Frame): readonly CompiledExperience[] {
  const value = attribute?.read(frame)
  return typeof value === 'string' ? (byText.get(value) ?? NONE) : NONE
}

/** Returns true if the first exists and comes before the second in their slot. */
export function isBefore(one: CompiledExperience | undefined, other: CompiledExperience | undefined): boolean {
  return one !== undefined && (other === undefined || one.position < other.position)
}
