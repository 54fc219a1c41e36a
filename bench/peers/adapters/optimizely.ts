import type { Answer, LoadPackage } from '../peer.ts'
import { byFeature, type Clause, type Operator, type Rule } from '../rules.ts'

interface Decision {
  flagKey: string
  ruleKey: string | null
  variationKey: string | null
  variables: object
}

interface Client {
  onReady(): Promise<unknown>
  createUserContext(id: string, attributes: object): { decideAll(): { [flag: string]: Decision } }
}

interface Optimizely {
  createInstance(config: object): Client
  createStaticProjectConfigManager(options: { datafile: string }): object
}

/** A condition on one attribute. Optimizely knows no lists, so that they are one text. */
const match = (name: string, kind: string, value: unknown): object => ({
  type: 'custom_attribute',
  name,
  match: kind,
  value,
})

const CONDITIONS: { [operator in Operator]: (name: string, operand: unknown) => unknown } = {
  eq: (name, operand) => match(name, 'exact', operand),
  ne: (name, operand) => ['not', match(name, 'exact', operand)],
  in: (name, operand) => ['or', ...(operand as string[]).map((one) => match(name, 'exact', one))],
  gte: (name, operand) => match(name, 'ge', operand),
  gt: (name, operand) => match(name, 'gt', operand),
  has: (name, operand) => ['or', ...(operand as string[]).map((one) => match(name, 'substring', one))],
}

const conditionOf = ({ attribute, operator, operand }: Clause): unknown => CONDITIONS[operator](attribute, operand)

const variableOf = (feature: string): string => `${feature}-content`

function experimentOf({ id, feature, variants }: Rule): object {
  let end = 0
  return {
    id,
    key: id,
    layerId: id,
    status: 'Running',
    audienceIds: [id],
    forcedVariations: {},
    trafficAllocation: variants.map((variant) => ({
      entityId: `${id}-${variant.id}`,
      endOfRange: (end += variant.weight * 100),
    })),
    variations: variants.map((variant) => ({
      id: `${id}-${variant.id}`,
      key: variant.id,
      featureEnabled: true,
      variables: [{ id: variableOf(feature), value: variant.content }],
    })),
  }
}

function datafileOf(rules: readonly Rule[]): object {
  const attributes = [...new Set(rules.flatMap(({ clauses }) => clauses.map(({ attribute }) => attribute)))]
  return {
    version: '4',
    accountId: 'bench',
    projectId: 'bench',
    revision: '1',
    anonymizeIP: true,
    attributes: attributes.map((key) => ({ id: key, key })),
    audiences: [],
    typedAudiences: rules.map(({ id, clauses }) => ({
      id,
      name: id,
      conditions: ['and', ...clauses.map(conditionOf)],
    })),
    events: [],
    groups: [],
    rollouts: [],
    experiments: rules.map(experimentOf),
    featureFlags: byFeature(rules).map(([key, own]) => ({
      id: key,
      key,
      rolloutId: '',
      experimentIds: own.map(({ id }) => id),
      variables: [{ id: variableOf(key), key: 'content', type: 'string', defaultValue: 'none' }],
    })),
  }
}

/** Builds Optimizely's SDK over a datafile, without a processor of events. */
export async function buildOptimizely(rules: readonly Rule[], load: LoadPackage): Promise<Answer> {
  const { createInstance, createStaticProjectConfigManager } = load('@optimizely/optimizely-sdk') as Optimizely
  const datafile = JSON.stringify(datafileOf(rules))
  const client = createInstance({ projectConfigManager: createStaticProjectConfigManager({ datafile }) })
  await client.onReady()
  return ({ id, attributes }) => {
    const flat = Object.entries(attributes).map(([name, value]) => [name, Array.isArray(value) ? value.join() : value])
    const decisions = Object.values(client.createUserContext(id, Object.fromEntries(flat) as object).decideAll())
    // A decision holds its visitor, too, who is no part of an answer.
    return JSON.stringify(
      decisions.map(({ flagKey, ruleKey, variationKey, variables }) => ({ flagKey, ruleKey, variationKey, variables })),
    )
  }
}
