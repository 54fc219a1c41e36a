import type { Plan, PlannedExperience, PlannedVariant } from './plan.ts'

/** Goals, experiences and variants that a plan may have, as catalogs bound them. */
const MAX_GOALS = 16
const MAX_EXPERIENCES = 10_000
const MAX_VARIANTS = 100

/** Longest text, in UTF-16 units: catalogs bound them to 2,000 characters, of up to two units each. */
const MAX_TEXT = 4_000

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT
const isTime: Check = (value) => Number.isFinite(value)
const isShare: Check = (value) => Number.isFinite(value) && (value as number) >= 0 && (value as number) <= 1.000_001
const isPositive: Check = (value) => Number.isFinite(value) && (value as number) > 0
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const isFlag: Check = (value) => typeof value === 'boolean'
const isTrue: Check = (value) => value === true

function listOf(check: Check, most: number): Check {
  return (value) => Array.isArray(value) && value.length <= most && value.every(check)
}

/** Checks an object's fields; those with a question mark may be absent. */
function fields(checks: { readonly [name: string]: Check }): Check {
  const all = Object.entries(checks).map(([name, check]) => ({
    name: name.replace('?', ''),
    check,
    mayLack: name.endsWith('?'),
  }))
  return (value) =>
    isObject(value) &&
    all.every(({ name, check, mayLack }) => {
      const content = (value as { [name: string]: unknown })[name]
      return content === undefined ? mayLack : check(content)
    })
}

const isVariant = fields({ id: isText, share: isShare, 'isControl?': isTrue } satisfies {
  [Name in keyof PlannedVariant | 'isControl?']?: Check
})

const isExperience = fields({
  ...{ id: isText, slot: isText, seed: isText, 'enabled?': isFlag, 'fromMs?': isTime, 'untilMs?': isTime },
  variants: listOf(isVariant, MAX_VARIANTS),
} satisfies { [Name in keyof PlannedExperience | 'enabled?' | 'fromMs?' | 'untilMs?']?: Check })

const isGoal = fields({
  ...{ id: isText, name: isText, event: isText, 'of?': isText, 'currency?': isText, 'most?': isPositive },
  ...{
    withinMs: isPositive,
    'by?': isText,
    'isPrimary?': isTrue,
    'acceptsBrowsers?': isTrue,
    'where?': isObject,
    'groups?': isObject,
  },
  'from?': (value) => value === 'server',
})

const isThePlan = fields({
  version: isText,
  'holdout?': fields({ share: isShare, seed: isText }),
  goals: listOf(isGoal, MAX_GOALS),
  experiences: listOf(isExperience, MAX_EXPERIENCES),
})

/** True for a plan that has all that counting relies on. */
export function isPlan(value: unknown): value is Plan {
  return isThePlan(value)
}
