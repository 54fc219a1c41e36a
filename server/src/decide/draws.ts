import { createHash } from 'node:crypto'
import { armsToDraw, type CompiledCatalog, type DrawnArm, type SlotOutcome } from 'prepaint/engine'
import type { Arm } from 'prepaint/protocol'
import { contentNameOf } from '../catalog/content.ts'

/** Arms under a name that follows from them. */
export interface NamedDraw {
  name: string
  arms: Arm[]
}

/** Characters of a name: 48 bits, among the few draws of a site. */
const NAME_LENGTH = 8

/** Digits of a share: a page draws no finer. */
const DIGITS = 6

const known = new WeakMap<CompiledCatalog, Map<string, NamedDraw>>()

function armOf({ experience, variant, reason, by, below }: DrawnArm): Arm {
  const hasContent = reason === 'match' && variant.operations.length > 0
  return {
    ...{ by, below: Number(below.toFixed(DIGITS)), reason, experience: experience.id, variant: variant.id },
    ...(hasContent ? { content: contentNameOf(variant.operations) } : {}),
  }
}

/** Returns what a page draws before an outcome counts; undefined if nothing. */
export function drawOf(catalog: CompiledCatalog, outcome: SlotOutcome): NamedDraw | undefined {
  if (!outcome.toDraw) return undefined
  const draws = known.get(catalog) ?? new Map<string, NamedDraw>()
  known.set(catalog, draws)
  const key = outcome.toDraw.map(({ experience }) => experience.id).join('\n')
  const before = draws.get(key)
  if (before) return before
  const arms = armsToDraw(catalog, outcome).map(armOf)
  const name = createHash('sha256').update(JSON.stringify(arms)).digest('base64url').slice(0, NAME_LENGTH)
  const draw = { name, arms }
  draws.set(key, draw)
  return draw
}
