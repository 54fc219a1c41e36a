import type { Catalog, Experience } from 'prepaint/engine'
import type { Plan, PlannedExperience, PlannedVariant } from './plan.ts'

/** Shares of those who take part. Coverage is the same for all variants, and leaves them as they are; ranges say the shares themselves. */
function variantsOf({ variants }: Experience): PlannedVariant[] {
  const sizes = variants.map(({ weight, range }) => (range ? range[1] - range[0] : weight))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  return variants.map(({ id, operations, redirect }, index) => ({
    id,
    share: total > 0 ? (sizes[index] as number) / total : 0,
    ...(operations.length === 0 && redirect === undefined ? { isControl: true as const } : {}),
  }))
}

function experienceOf(experience: Experience): PlannedExperience {
  const { id, slot, seed, enabled, fromMs, untilMs } = experience
  return {
    ...{ id, slot, seed },
    ...(enabled === undefined ? {} : { enabled }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
    variants: variantsOf(experience),
  }
}

/** Goals and assignments of a catalog. */
export function planOf({ version, holdout, goals = [], experiences }: Catalog): Plan {
  return { version, ...(holdout ? { holdout } : {}), goals, experiences: experiences.map(experienceOf) }
}
