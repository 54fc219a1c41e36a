import { expect, test } from 'vitest'
import { type Catalog, compile, compileInSteps, decide, type Experience } from '../../../src/engine/index.ts'

const page = { path: '/', campaign: '', referrer: '', device: 'desktop' as const, language: 'en' }

/** `size` audiences, each of one campaign and with an experience of its own. */
function catalogOf(size: number): Catalog {
  const names = Array.from({ length: size }, (_none, index) => `c${index}`)
  const experiences = names.map((id): Experience => ({
    id,
    slot: 'hero',
    audience: id,
    coverage: 1,
    seed: id,
    variants: [{ id: 'a', weight: 1, operations: [] }],
  }))
  const audiences = Object.fromEntries(names.map((name) => [name, { 'page.campaign': name }]))
  return { version: 'v', site: 'shop', slots: [{ name: 'hero' }], audiences, experiences }
}

function stepsOf(catalog: Catalog): number {
  const steps = compileInSteps(catalog)
  let count = 0
  while (!steps.next().done) count++
  return count
}

test('a catalog compiles in steps whose number grows with it, so that each stays short', () => {
  const [small, large] = [stepsOf(catalogOf(10)), stepsOf(catalogOf(110))]
  // Audiences: counted, compiled, read. Experiences: counted, compiled, sorted, planned, filed.
  expect((large - small) / 100).toBe(9)
  expect(stepsOf({ ...catalogOf(0), slots: [] })).toBe(0)
})

test('in steps comes out what comes out at once', () => {
  const catalog = catalogOf(20)
  const steps = compileInSteps(catalog)
  let step = steps.next()
  while (!step.done) step = steps.next()
  const context = { page: { ...page, campaign: 'c7' }, nowMs: 0 }
  const idsOf = (compiled: ReturnType<typeof compile>): unknown[] =>
    decide(compiled, context).map(({ experience }) => experience?.id)
  expect(idsOf(step.value)).toEqual(['c7'])
  expect(idsOf(compile(catalog))).toEqual(['c7'])
})

test('the first mistake ends the steps', () => {
  const steps = compileInSteps({ ...catalogOf(1), audiences: { c0: { nonsense: 1 } } })
  expect(() => {
    while (!steps.next().done);
  }).toThrow('unknown attribute nonsense')
})
