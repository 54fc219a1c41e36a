import type { Json, JsonObject } from '../../protocol/index.ts'
import { readPath } from '../attribute.ts'
import { type CompileRegex, noRegex } from '../compile-regex.ts'
import { type Check, compileCondition } from '../condition.ts'
import { ConditionError, type Path } from '../condition-error.ts'
import { UNREAD } from '../frame.ts'
import type { Feature, FeatureDefinition } from './definition.ts'

/** Options that only the host of the engine can give. */
export interface FeatureOptions {
  /** Absent: `$regex` and `$regexi` are refused. */
  compileRegex?: CompileRegex
}

/** A test of an event's properties, with the time that it takes. */
export interface PropertyTest {
  /** Returns true if the properties meet the condition. */
  holds(properties: JsonObject): boolean
  /** Time that it takes, in ns, on texts of 256 characters and lists of 32 items. */
  costNs: number
}

interface Properties {
  readonly values: (Json | undefined | typeof UNREAD)[]
  properties: JsonObject
}

/**
 * Compiles the condition on an event's properties.
 * @throws ConditionError with its place
 * @example
 * ```ts
 * const { holds } = compileWhere({ where: { category: 'shoes' } }, ['features', 'shoes', 'where'])
 * holds({ category: 'shoes' }) // true
 * ```
 */
export function compileWhere(
  { where, groups = {} }: Pick<FeatureDefinition, 'where' | 'groups'>,
  path: Path,
  { compileRegex = noRegex }: FeatureOptions = {},
): PropertyTest {
  const names: string[] = []
  const check: Check<Properties> = compileCondition<Properties>(where ?? {}, path, {
    group(name) {
      const group = Object.hasOwn(groups, name) ? groups[name] : undefined
      if (!group) throw new TypeError(`unknown group ${name}: add it under groups`)
      return group
    },
    regex: compileRegex,
    reader(name) {
      const at = readPath(name)
      return { number: names.push(name) - 1, isSingle: false, read: ({ properties }) => at(properties) }
    },
    audience(_name, at) {
      throw new ConditionError('the properties of an event belong to no audience', at)
    },
  })
  return {
    holds: (properties) => check.holds({ properties, values: names.map(() => UNREAD) }),
    costNs: check.costNs,
  }
}

/** Finds the conditions of a catalog's features that cannot be compiled. */
export function whereFlaws(
  features: { readonly [name: string]: Feature },
  options: FeatureOptions = {},
): ConditionError[] {
  return Object.entries(features).flatMap(([name, { definition }]) => {
    try {
      compileWhere(definition, ['features', name, 'where'], options)
      return []
    } catch (error) {
      if (error instanceof ConditionError) return [error]
      throw error
    }
  })
}
