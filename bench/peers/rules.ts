import { catalogText } from '../../server/src/loadtest/site.ts'
import { visitorId } from '../../server/src/loadtest/visitors.ts'
import { profileOf, SITE, tokensOf, VISITORS } from '../decide/visitors.ts'

/** A number without common factor with the visitors' count: the reads wander through the whole store. */
const STEP = 7_919

/** A rule's question about an attribute; `has`: a list that holds one of these. */
export type Operator = 'eq' | 'ne' | 'in' | 'gte' | 'gt' | 'has'

/** One condition of a rule. */
export interface Clause {
  attribute: string
  operator: Operator
  operand: string | number | string[]
}

/** One experience of the bench's catalog in no product's own terms. */
export interface Rule {
  id: string
  /** Slot that it is for. */
  feature: string
  clauses: Clause[]
  /** Variants with their weights in percent; one without content leaves the page as it is. */
  variants: { id: string; weight: number; content: string }[]
}

/** One visitor's page view. A peer knows no visitor: what the service reads from the profile is sent along. */
export interface Question {
  /** For the service alone. */
  token: string
  id: string
  attributes: { [name: string]: string | number | string[] }
}

interface Catalog {
  audiences: {
    [name: string]: { [attribute: string]: string | number | { [operator: string]: string | number | string[] } }
  }
  experiences: {
    id: string
    slot: string
    audience: string
    variants: { id: string; weight: number; do?: { text: string }[] }[]
  }[]
}

/** `page.campaign` as `campaign`: products differ in what a dot means. */
const nameOf = (attribute: string): string => attribute.replace(/^\w+\./, '')

function clausesOf(audience: Catalog['audiences'][string]): Clause[] {
  return Object.entries(audience).flatMap(([path, condition]) => {
    const attribute = nameOf(path)
    if (typeof condition !== 'object') return [{ attribute, operator: 'eq' as const, operand: condition }]
    return Object.entries(condition).map(([operator, operand]) => ({
      attribute,
      operator: attribute === 'tags' ? 'has' : (operator.slice(1) as Operator),
      operand,
    }))
  })
}

/** The rules of the decide bench: 100 experiences over 20 slots, of which one a slot fits each visitor. */
export function benchRules(): Rule[] {
  const { audiences, experiences } = JSON.parse(catalogText(SITE)) as Catalog
  return experiences.map(({ id, slot, audience, variants }) => ({
    id,
    feature: slot,
    clauses: clausesOf(audiences[audience] ?? {}),
    variants: variants.map((variant) => ({
      id: variant.id,
      weight: variant.weight,
      content: variant.do?.[0]?.text ?? '',
    })),
  }))
}

/** Rules by their features, in their order. */
export function byFeature(rules: readonly Rule[]): [feature: string, rules: Rule[]][] {
  return Object.entries(Object.groupBy(rules, ({ feature }) => feature)).map(([feature, own = []]) => [feature, own])
}

/** The experiences that every visitor of the bench fits, one a slot. */
const FITTING = benchRules()
  .filter(({ clauses }) => clauses.some(({ operand }) => operand === 'spring'))
  .map(({ id }) => id)

/** Returns true if an answer, in whatever form, names just the experiences that the visitors fit. */
export function isRight(answer: string): boolean {
  const named = new Set(answer.match(/experience-\d+/g))
  return named.size === FITTING.length && FITTING.every((id) => named.has(id))
}

/** Questions of known visitors; the same visitor comes again after a million. */
export function questionsFrom(first: number, count: number): Question[] {
  return tokensOf(count, STEP, first).map((token, turn) => {
    const index = ((first + turn) * STEP) % VISITORS
    const { traits, events, pageViews } = profileOf(index)
    const { plan, age, tags } = traits as { plan: string; age: number; tags: string[] }
    const ofProfile = { plan, age, tags, pageViews, 'Order Completed': events['Order Completed'] ?? 0 }
    const ofPage = { campaign: 'spring', source: 'mail', device: 'mobile', language: 'de-CH' }
    return { token, id: visitorId(index), attributes: { ...ofPage, ...ofProfile } }
  })
}
