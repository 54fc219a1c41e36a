import type { RequestListener } from 'node:http'
import { json } from 'node:stream/consumers'
import type { Answer, LoadPackage, PeerRequest } from '../peer.ts'
import { byFeature, type Clause, type Question, type Rule } from '../rules.ts'

interface Result {
  value: unknown
  experiment?: { key: string }
  experimentResult?: { key: string }
}

interface GrowthBookClient {
  initSync(options: { payload: object }): void
  evalFeature(name: string, context: { attributes: object }): Result
}

interface GrowthBook {
  GrowthBookClient: new () => GrowthBookClient
}

interface ProxyEval {
  evaluateFeatures(options: { payload: object; attributes: object }): Promise<object>
}

function conditionOf(clauses: readonly Clause[]): object {
  return Object.fromEntries(
    clauses.map(({ attribute, operator, operand }) => {
      // Of a list, `$in` asks whether the two have something in common.
      return [attribute, operator === 'eq' ? operand : { [`$${operator === 'has' ? 'in' : operator}`]: operand }]
    }),
  )
}

/** Builds the payload that GrowthBook's API gives to its SDKs: a feature for each slot, an experiment for each rule. */
function payloadOf(rules: readonly Rule[]): { features: object } {
  const features = byFeature(rules).map(([name, own]) => {
    const ruleOf = ({ id, clauses, variants }: Rule) => ({
      key: id,
      seed: id,
      hashVersion: 2,
      hashAttribute: 'id',
      condition: conditionOf(clauses),
      variations: variants.map(({ content }) => content),
      weights: variants.map(({ weight }) => weight / 100),
      meta: variants.map((variant) => ({ key: variant.id })),
    })
    return [name, { defaultValue: 'none', rules: own.map(ruleOf) }]
  })
  return { features: Object.fromEntries(features) as object }
}

const attributesOf = ({ id, attributes }: Question): object => ({ id, ...attributes })

/** Builds GrowthBook's client for servers, one for all visitors. */
export function buildGrowthBook(rules: readonly Rule[], load: LoadPackage): Answer {
  const { GrowthBookClient } = load('@growthbook/growthbook') as GrowthBook
  const client = new GrowthBookClient()
  client.initSync({ payload: payloadOf(rules) })
  const names = [...new Set(rules.map(({ feature }) => feature))]
  return (question) => {
    const context = { attributes: attributesOf(question) }
    // A result holds its experiment with all variations, which is no part of an answer.
    const answers = names.map((name) => {
      const { value, experiment, experimentResult } = client.evalFeature(name, context)
      return [name, { value, experiment: experiment?.key, variation: experimentResult?.key }]
    })
    return JSON.stringify(Object.fromEntries(answers))
  }
}

/** Puts GrowthBook's remote evaluation behind Node's own server. */
export function proxyEvalListener(rules: readonly Rule[], load: LoadPackage): RequestListener {
  const { evaluateFeatures } = load('@growthbook/proxy-eval') as ProxyEval
  const payload = payloadOf(rules)
  return async (request, response) => {
    const { attributes } = (await json(request)) as { attributes: object }
    const text = JSON.stringify(await evaluateFeatures({ payload, attributes }))
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    response.writeHead(200, headers).end(text)
  }
}

/** Asks it as GrowthBook's SDK does in its mode of remote evaluation. */
export function askProxyEval(question: Question): PeerRequest {
  const rest = { forcedVariations: {}, forcedFeatures: [], url: '/shop/shoes' }
  return { path: '/api/eval/bench', body: { attributes: attributesOf(question), ...rest } }
}
