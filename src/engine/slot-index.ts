import type { Anchors } from './anchor.ts'
import { type Attribute, parseAttribute } from './attribute.ts'
import type { CompiledExperience } from './compile.ts'
import type { Frame } from './frame.ts'

/** A slot's experiences by the one attribute that leaves the fewest to try. */
export interface SlotIndex {
  /** Absent when looking it up would save less than it costs. */
  attribute: Attribute | undefined
  /** By the attribute's value: the experiences that ask for it, in order. */
  byText: ReadonlyMap<string, readonly CompiledExperience[]>
  /** The experiences that ask for no value of it, in order. */
  others: readonly CompiledExperience[]
}

const NONE: readonly CompiledExperience[] = []

function indexBy(name: string, anchors: ReadonlyMap<CompiledExperience, Anchors>): SlotIndex {
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
  }
  return { attribute: parseAttribute(name), byText, others }
}

/** The most experiences that a request may have to try. */
export function longest({ byText, others }: SlotIndex): number {
  let most = 0
  for (const { length } of byText.values()) most = Math.max(most, length)
  return most + others.length
}

/** Sorts experiences so that a request touches few of them. It changes no decision: what is left out would have failed. */
export function createSlotIndex(
  experiences: readonly CompiledExperience[],
  anchorsOf: (experience: CompiledExperience) => Anchors,
): SlotIndex {
  const anchors = new Map(experiences.map((experience) => [experience, anchorsOf(experience)]))
  const names = new Set([...anchors.values()].flatMap((one) => [...one.keys()]))
  const plain: SlotIndex = { attribute: undefined, byText: new Map(), others: experiences }
  return [...names]
    .sort()
    .map((name) => indexBy(name, anchors))
    .filter((index) => longest(index) <= experiences.length / 2)
    .reduce((best, index) => (longest(index) < longest(best) ? index : best), plain)
}

/** The experiences that ask for the value which the index looks up, in order. */
export function lookUp({ attribute, byText }: SlotIndex, frame: Frame): readonly CompiledExperience[] {
  const value = attribute?.read(frame)
  return typeof value === 'string' ? (byText.get(value) ?? NONE) : NONE
}

/** Whether the first is there and comes before the second in their slot. */
export function isBefore(one: CompiledExperience | undefined, other: CompiledExperience | undefined): boolean {
  return one !== undefined && (other === undefined || one.position < other.position)
}
