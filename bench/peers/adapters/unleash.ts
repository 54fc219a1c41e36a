import { byFeature, type Clause, type Operator, type Question, type Rule } from '../rules.ts'

/** Unleash knows texts alone, a list as one of them. */
const textOf = (value: unknown): string => String(value)
const textsOf = (value: unknown): string[] => [value].flat().map(textOf)

const CONSTRAINTS: { [operator in Operator]: (operand: unknown) => object } = {
  eq: (operand) => ({ operator: 'IN', values: textsOf(operand) }),
  ne: (operand) => ({ operator: 'NOT_IN', values: textsOf(operand) }),
  in: (operand) => ({ operator: 'IN', values: textsOf(operand) }),
  gte: (operand) => ({ operator: 'NUM_GTE', value: textOf(operand), values: [] }),
  gt: (operand) => ({ operator: 'NUM_GT', value: textOf(operand), values: [] }),
  has: (operand) => ({ operator: 'STR_CONTAINS', values: textsOf(operand) }),
}

function constraintOf({ attribute, operator, operand }: Clause): object {
  return { contextName: attribute, inverted: false, caseInsensitive: false, ...CONSTRAINTS[operator](operand) }
}

function strategyOf({ id, feature, clauses, variants }: Rule): object {
  return {
    name: 'flexibleRollout',
    parameters: { rollout: '100', stickiness: 'userId', groupId: id },
    constraints: clauses.map(constraintOf),
    segments: [],
    variants: variants.map((variant) => ({
      name: `${feature}-${id}-${variant.id}`,
      weight: variant.weight * 10,
      stickiness: 'userId',
      payload: { type: 'string', value: variant.content },
    })),
  }
}

/** A toggle for each feature, with a strategy for each of its rules: the first that fits gives the variant. */
export function togglesOf(rules: readonly Rule[]): object[] {
  return byFeature(rules).map(([name, own]) => ({
    name,
    type: 'experiment',
    enabled: true,
    project: 'default',
    stale: false,
    impressionData: false,
    strategies: own.map(strategyOf),
    variants: [],
  }))
}

/** A question as Unleash's clients ask it. */
export function contextOf({ id, attributes }: Question): { userId: string; properties: { [name: string]: string } } {
  const properties = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, textOf(value)]))
  return { userId: id, properties }
}

/** Options that keep Unleash's Node packages from asking a server: the toggles are here, and none of these times comes. */
export const OFFLINE = { refreshInterval: 86_400_000, metricsInterval: 86_400_000 }

/** Address at which nobody listens. */
export const NOWHERE = 'http://127.0.0.1:9/api'
