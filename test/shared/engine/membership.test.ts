import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile, type Condition, explain, memberships } from '../../../src/engine/index.ts'

const AUDIENCES: { [name: string]: Condition } = {
  buyers: { 'events.Order Completed': { $gte: 1 } },
  mobile: { 'page.device': 'mobile' },
  both: { $and: [{ $audience: 'buyers' }, { $audience: 'mobile' }] },
  either: { $or: [{ $audience: 'buyers' }, { $audience: 'mobile' }] },
  neither: { $nor: [{ $audience: 'buyers' }, { $audience: 'mobile' }] },
  early: { 'time.hour': { $lt: 8 }, $not: { $audience: 'buyers' } },
  abroad: { 'geo.country': { $ne: 'CH' }, 'session.isNew': true },
}
const names = Object.keys(AUDIENCES)
const compiled = compile({
  version: '1',
  site: 'shop',
  slots: names.map((name) => ({ name })),
  audiences: AUDIENCES,
  experiences: names.map((name) => {
    const variants = [{ id: 'a', weight: 1, operations: [{ op: 'text', value: 'A' } as const] }]
    return { id: name, slot: name, audience: name, coverage: 1, seed: name, variants }
  }),
})

test('an audience that somebody is in, or not in, is so in every view', () => {
  const view = fc.record({
    device: fc.constantFrom('mobile', 'desktop' as const),
    country: fc.constantFrom('CH', 'DE'),
    isNew: fc.boolean(),
    nowMs: fc.integer({ min: 0, max: 86_400_000 }),
    orders: fc.nat(1),
  })
  fc.assert(
    fc.property(view, ({ device, country, isNew, nowMs, orders }) => {
      const visitor = { traits: {}, events: { 'Order Completed': orders }, pageViews: 0 }
      const page = { path: '/', campaign: '', referrer: '', device, language: '' } as const
      const session = { views: 1, visits: isNew ? 1 : 2 } as never
      const explained = explain(compiled, { visitor, page, geo: { country }, session, nowMs, utcOffsetMin: 0 })
      for (const [number, { verdict, clause }] of memberships(compiled, { visitor, nowMs }).entries()) {
        expect(clause === undefined).toBe(verdict === 'in')
        const inView = explained[number]?.experiences[0]?.verdict
        if (verdict !== 'unknown') expect(inView).toBe(verdict === 'in' ? 'won' : 'audience')
      }
    }),
    { numRuns: 200 },
  )
})

test('what depends on the view is unknown, unless the profile decides it', () => {
  const verdicts = (orders: number): (string | undefined)[] => {
    const visitor = { traits: {}, events: { 'Order Completed': orders }, pageViews: 0 }
    return memberships(compiled, { visitor, nowMs: 0 }).map(({ verdict }) => verdict)
  }
  expect(verdicts(1)).toEqual(['in', 'unknown', 'unknown', 'in', 'out', 'out', 'unknown'])
  expect(verdicts(0)).toEqual(['out', 'unknown', 'out', 'unknown', 'unknown', 'unknown', 'unknown'])
  expect(memberships(compiled, { nowMs: 0 }).map(({ verdict }) => verdict)).toEqual(names.map(() => 'unknown'))
})
