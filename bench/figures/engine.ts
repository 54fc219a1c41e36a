import { quantile } from '../../lab/statistics.ts'
import { compile, type Condition, decide, type DecideContext, type Experience } from '../../src/engine/index.ts'
import type { Measurement } from '../figure.ts'

const SLOTS = 20
const EXPERIENCES = 100
const WARM_UP = 20_000
const REQUESTS = 20_000

/**
 * Four conditions on what catalogs ask most: one experience in five fits the visitors below, and the others fail at the
 * first, second, third or last condition as they are written.
 */
const CONDITIONS: readonly Condition[] = [
  { 'page.campaign': 'spring', 'geo.country': { $in: ['CH', 'AT'] }, 'traits.plan': 'pro', pageViews: { $gte: 2 } },
  { 'page.campaign': 'winter', 'page.device': 'mobile', 'traits.plan': 'pro', 'traits.age': { $gte: 18 } },
  { 'traits.plan': 'pro', 'page.language': { $in: ['fr', 'it'] }, 'traits.age': { $gte: 18 }, pageViews: { $gt: 1 } },
  { 'page.device': 'mobile', 'traits.tags': { $in: ['sale'] }, 'geo.country': { $ne: 'CH' }, pageViews: { $gt: 1 } },
  { pageViews: { $gte: 2 }, 'traits.plan': 'pro', 'page.device': 'mobile', 'events.Order Completed': { $gt: 40 } },
]

function experience(index: number): Experience {
  const operations = [{ op: 'text', value: `Content ${index}` }] as const
  return {
    id: `experience-${index}`,
    slot: `slot-${index % SLOTS}`,
    audience: `audience-${index}`,
    coverage: 1,
    seed: `experience-${index}`,
    variants: [
      { id: 'a', weight: 0.5, operations: [...operations] },
      { id: 'b', weight: 0.3, operations: [...operations] },
      { id: 'control', weight: 0.2, operations: [] },
    ],
  }
}

/** The fixed catalog; the experience that fits stands in another place of each slot. */
export function engineFixture(): ReturnType<typeof compile> {
  const experiences = Array.from({ length: EXPERIENCES }, (_none, index) => experience(index))
  const conditionOf = (index: number): Condition =>
    CONDITIONS[(index + Math.floor(index / SLOTS)) % CONDITIONS.length] as Condition
  return compile({
    version: 'fixed',
    site: 'bench',
    slots: Array.from({ length: SLOTS }, (_none, index) => ({ name: `slot-${index}` })),
    audiences: Object.fromEntries(experiences.map(({ audience = '' }, index) => [audience, conditionOf(index)])),
    experiences,
  })
}

function context(index: number): DecideContext {
  return {
    visitorId: `${index.toString(36).padStart(4, '0')}3yQkTn9vRzL5wXc7bM`,
    visitor: {
      traits: { plan: 'pro', age: 20 + (index % 50), tags: ['sale', 'new'] },
      events: { 'Order Completed': index % 7, 'Product Viewed': 12 },
      pageViews: 3 + (index % 9),
    },
    page: { path: '/shop', campaign: 'spring', referrer: '', device: 'mobile', language: 'de-CH' },
    geo: { country: 'CH' },
    nowMs: Date.UTC(2026, 10, 24, 12),
    utcOffsetMin: 60,
  }
}

/** Cost of one decision of all slots, without service, profile or network. */
export const engine: Measurement = {
  title: `engine, ${EXPERIENCES} experiences over ${SLOTS} slots, ${REQUESTS} visitors`,
  families: ['engine.'],
  async measure() {
    const catalog = engineFixture()
    const visitors = Array.from({ length: 1_000 }, (_none, index) => context(index))
    const visit = (index: number): number => {
      const startMs = performance.now()
      const outcomes = decide(catalog, visitors[index % visitors.length] as DecideContext)
      const us = (performance.now() - startMs) * 1_000
      if (outcomes.filter(({ experience: won }) => won).length !== SLOTS) throw new Error('the fixture does not fit')
      return us
    }
    for (let index = 0; index < WARM_UP; index++) visit(index)
    const times = Array.from({ length: REQUESTS }, (_none, index) => visit(index))
    return [{ name: 'engine.p50Us', value: quantile(times, 0.5), unit: 'µs', limit: 6 }]
  },
}
