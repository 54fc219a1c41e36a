import type { Json } from '../protocol/index.ts'
import type { Condition } from './condition.ts'
import { ConditionError, type Path } from './condition-error.ts'
import { durationField, type Groups, idOf, selectionOf, textField } from './features/declaration.ts'
import { compileWhere, type FeatureOptions } from './features/where.ts'
import type { Goal } from './goal.ts'

/** A goal as a catalog's author writes it. */
export interface GoalDeclaration {
  /** Name of the event; page views are `pp:page`. */
  event: string
  /** Condition on the event's properties. */
  where?: Condition
  /** `server`: events that came with the server key alone. `anyone`: a verdict may rest on what browsers say. */
  from?: string
  /** The property whose value is added up; names of nested ones are joined by dots. */
  value?: string
  /** Currency of the values, such as EUR. */
  currency?: string
  /** The most that one visitor counts for, in units of the value. */
  most?: number
  /** Time after the first assignment in which an event counts, such as 7d. */
  within: string
  /** The property that names one occurrence, such as order_id. */
  by?: string
  /** True for the goal that verdicts are about. */
  primary?: boolean
}

/** Most goals of a site: each makes sums for each variant and day. */
const MAX_GOALS = 16

/** Largest `most`, in units of the value. */
const MAX_MOST = 1_000_000_000

function valueOf({ value, currency, most }: GoalDeclaration, path: Path): Pick<Goal, 'of' | 'currency' | 'most'> {
  if (value === undefined) {
    const [stray] = [currency === undefined ? '' : 'currency', most === undefined ? '' : 'most'].filter(Boolean)
    if (stray !== undefined) throw new ConditionError(`a goal without value takes no ${stray}`, [...path, stray])
    return {}
  }
  if (most === undefined)
    throw new ConditionError('a goal with value needs most: without a bound one large order decides all', path)
  if (!(most > 0 && most <= MAX_MOST))
    throw new ConditionError(`expected a number above 0, of at most ${MAX_MOST}`, [...path, 'most'])
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency))
    throw new ConditionError('expected three capitals, such as EUR', [...path, 'currency'])
  const named = currency === undefined ? {} : { currency }
  return { of: textField(value, [...path, 'value']), ...named, most }
}

/**
 * Turns a declaration into a goal. Its id is a hash of what it counts: a goal that means something else under the same name is another
 * one, and one that has only another name is the same.
 * @param name of the goal
 * @param declaration as the catalog's author wrote it
 * @param path of it in the catalog
 * @param groups lists of the catalog: those that `where` names become part of the goal
 * @throws ConditionError with its place
 * @example
 * ```ts
 * import { declareGoal } from 'prepaint/engine'
 *
 * const goal = declareGoal('orders', { event: 'Order Completed', value: 'total', most: 500, within: '7d' }, ['goals', 'orders'])
 * console.log(goal.withinMs) // 604_800_000
 * ```
 */
export function declareGoal(name: string, declaration: GoalDeclaration, path: Path, groups: Groups = {}): Goal {
  const { event, within, by, primary, from, ...rest } = declaration
  const acceptsBrowsers = from === 'anyone'
  const selected = acceptsBrowsers || from === undefined ? rest : { ...rest, from }
  const meaning: Omit<Goal, 'id' | 'name'> = {
    event: textField(event, [...path, 'event']),
    ...selectionOf(selected, path, groups),
    ...valueOf(declaration, path),
    withinMs: durationField(within, [...path, 'within']),
    ...(by === undefined ? {} : { by: textField(by, [...path, 'by']) }),
  }
  const id = idOf({ goal: meaning } as unknown as Json, path)
  const trust = acceptsBrowsers ? { acceptsBrowsers } : {}
  return { id, name, ...meaning, ...trust, ...(primary === true ? { isPrimary: true as const } : {}) }
}

/**
 * Finds what keeps goals from being one site's: each mistake with its path.
 * @example
 * ```ts
 * import { declareGoal, goalFlaws } from 'prepaint/engine'
 *
 * const goals = ['one', 'two'].map((name) => declareGoal(name, { event: name, within: '7d' }, ['goals', name]))
 * console.log(goalFlaws(goals).map(({ path }) => path)) // [['goals']]: none of two is primary
 * ```
 */
export function goalFlaws(goals: readonly Goal[], options: FeatureOptions = {}): ConditionError[] {
  const found: ConditionError[] = []
  const add = (message: string, path: Path): unknown => found.push(new ConditionError(message, path))
  const [, second] = goals.filter(({ isPrimary }) => isPrimary)
  if (second) add(`goal ${second.name} is primary, too: exactly one goal is`, ['goals', second.name, 'primary'])
  const hasPrimary = goals.length < 2 || goals.some(({ isPrimary }) => isPrimary)
  if (!hasPrimary) add('no goal is primary: verdicts are about one of them, so write primary: true there', ['goals'])
  const tooMany = goals[MAX_GOALS]
  if (tooMany) add(`more than ${MAX_GOALS} goals: remove those that nobody looks at`, ['goals', tooMany.name])
  for (const [index, goal] of goals.entries()) {
    const twin = goals.slice(0, index).find(({ id }) => id === goal.id)
    if (twin) add(`goal ${goal.name} means the same as ${twin.name}`, ['goals', goal.name])
    try {
      compileWhere(goal, ['goals', goal.name, 'where'], options)
    } catch (error) {
      if (!(error instanceof ConditionError)) throw error
      found.push(error)
    }
  }
  return found
}
