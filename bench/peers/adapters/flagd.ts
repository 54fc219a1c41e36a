import type { Answer, LoadPackage } from '../peer.ts'
import { byFeature, type Clause, type Operator, type Rule } from '../rules.ts'

interface FlagdCore {
  setConfigurations(text: string): void
  resolveAll(context: object): object[]
}

const JSON_LOGIC: { [operator in Operator]: (value: object, operand: unknown) => object } = {
  eq: (value, operand) => ({ '===': [value, operand] }),
  ne: (value, operand) => ({ '!==': [value, operand] }),
  in: (value, operand) => ({ in: [value, operand] }),
  gte: (value, operand) => ({ '>=': [value, operand] }),
  gt: (value, operand) => ({ '>': [value, operand] }),
  has: (value, operand) => ({ or: (operand as string[]).map((one) => ({ in: [one, value] })) }),
}

function logicOf({ attribute, operator, operand }: Clause): object {
  return JSON_LOGIC[operator]({ var: attribute }, operand)
}

const variantOf = (rule: Rule, id: string): string => `${rule.id}-${id}`

function flagOf(rules: readonly Rule[]): object {
  const contents = rules.flatMap((rule) => rule.variants.map(({ id, content }) => [variantOf(rule, id), content]))
  const branches = rules.flatMap((rule) => [
    { and: rule.clauses.map(logicOf) },
    {
      fractional: [
        { cat: [{ var: 'targetingKey' }, rule.id] },
        ...rule.variants.map(({ id, weight }) => [variantOf(rule, id), weight]),
      ],
    },
  ])
  return {
    state: 'ENABLED',
    variants: { ...Object.fromEntries(contents), none: 'none' },
    defaultVariant: 'none',
    targeting: { if: [...branches, 'none'] },
  }
}

/** Builds flagd's evaluation for Node, all flags at once. */
export function buildFlagd(rules: readonly Rule[], load: LoadPackage): Answer {
  const { FlagdCore } = load('@openfeature/flagd-core') as { FlagdCore: new () => FlagdCore }
  const flagd = new FlagdCore()
  const flags = Object.fromEntries(byFeature(rules).map(([name, own]) => [name, flagOf(own)]))
  flagd.setConfigurations(JSON.stringify({ flags }))
  return ({ id, attributes }) => JSON.stringify(flagd.resolveAll({ targetingKey: id, ...attributes }))
}
