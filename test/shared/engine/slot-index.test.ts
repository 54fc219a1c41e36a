import { expect, test } from 'vitest'
import {
  type Catalog,
  compile,
  type CompiledSlot,
  type Condition,
  decide,
  type DecideContext,
  type Experience,
} from '../../../src/engine/index.ts'

const page = { path: '/', campaign: '', referrer: '', device: 'desktop' as const, language: 'en' }

function experience(id: string, more: Partial<Experience> = {}): Experience {
  return { id, slot: 'hero', coverage: 1, seed: id, variants: [{ id: 'a', weight: 1, operations: [] }], ...more }
}

/** A catalog with an experience for each condition, in order, besides what other audiences there are. */
function catalogOf(conditions: readonly Condition[], others: Catalog['audiences'] = {}): Catalog {
  const audiences = { ...others, ...Object.fromEntries(conditions.map((one, index) => [`x${index}`, one])) }
  const experiences = conditions.map((_one, index) => experience(`e${index}`, { audience: `x${index}` }))
  return { version: 'v', site: 'shop', slots: [{ name: 'hero' }], audiences, experiences }
}

function slotOf(conditions: readonly Condition[], others?: Catalog['audiences']): CompiledSlot {
  return compile(catalogOf(conditions, others)).slots[0] as CompiledSlot
}

/** By which attribute the experiences are looked up, and which are found by each text; `*` are tried always. */
function indexOf(conditions: readonly Condition[], others?: Catalog['audiences']): object {
  const { attribute, byText, others: always } = slotOf(conditions, others).index
  const ids = (list: CompiledSlot['experiences']): string => list.map((one) => one.experience.id).join(' ')
  const found = Object.fromEntries([...byText].map(([text, list]) => [text, ids(list)]))
  return { by: attribute?.name, ...found, '*': ids(always) }
}

function winnerOf(catalog: Catalog, context: Partial<DecideContext>): string | undefined {
  return decide(compile(catalog), { page, nowMs: 0, ...context })[0]?.experience?.id
}

const spring = { 'page.campaign': 'spring' }
const summer = { 'page.campaign': 'summer' }

test.each<[string, Condition]>([
  ['as it is', spring],
  ['by $eq', { 'page.campaign': { $eq: 'spring' } }],
  ['by $in', { 'page.campaign': { $in: ['spring'] } }],
  ['by $in twice', { 'page.campaign': { $in: ['spring', 'spring'] } }],
  ['in $and', { $and: [{ 'page.device': 'desktop' }, spring] }],
  ['through another audience', { $audience: 'spring' }],
  ['through another audience in $and', { $and: [{ $and: [{ $audience: 'spring' }] }] }],
])('an experience is looked up by a text that its audience names %s', (_how, condition) => {
  expect(indexOf([condition, summer], { spring })).toEqual({
    by: 'page.campaign',
    spring: 'e0',
    summer: 'e1',
    '*': '',
  })
})

test.each<[string, Condition]>([
  ['in $or', { $or: [spring] }],
  ['in $not', { $not: spring }],
  ['by $ne', { 'page.campaign': { $ne: 'spring' } }],
  ['by $in among numbers', { 'page.campaign': { $in: ['spring', 1] } }],
  ['by nothing', { 'page.campaign': null }],
  ['by a list', { 'page.campaign': ['spring'] }],
  ['of no attribute that it asks for', {}],
])('an experience whose audience names a text %s is tried always', (_how, condition) => {
  expect(indexOf([condition, spring, summer, { 'page.campaign': 'autumn' }], { spring })).toEqual({
    by: 'page.campaign',
    spring: 'e1',
    summer: 'e2',
    autumn: 'e3',
    '*': 'e0',
  })
})

test('traits are not looked up, because they may be lists', () => {
  const plans = ['free', 'pro', 'team'].map((plan) => ({ 'traits.plan': plan }))
  expect(indexOf(plans)).toEqual({ by: undefined, '*': 'e0 e1 e2' })
  expect(winnerOf(catalogOf(plans), { visitor: { traits: { plan: 'pro' }, events: {}, pageViews: 0 } })).toBe('e1')
})

test('the attribute that leaves the fewest to try is taken, of two alike the first by name', () => {
  const both = (campaign: string, path: string): Condition => ({ 'page.campaign': campaign, 'page.path': path })
  const paths = [both('a', '/1'), both('a', '/2'), both('b', '/3'), both('b', '/4')]
  expect(indexOf(paths)).toMatchObject({ by: 'page.path', '/1': 'e0', '/4': 'e3' })
  expect(indexOf([both('a', '/1'), both('b', '/2')])).toMatchObject({ by: 'page.campaign' })
})

test('nothing is looked up unless that leaves at most half of the experiences to try', () => {
  expect(indexOf([spring])).toEqual({ by: undefined, '*': 'e0' })
  expect(indexOf([spring, spring, summer])).toEqual({ by: undefined, '*': 'e0 e1 e2' })
  expect(indexOf([spring, spring, summer, summer])).toMatchObject({ by: 'page.campaign', spring: 'e0 e1' })
  expect(indexOf([spring, {}, summer, summer])).toMatchObject({ by: undefined })
})

test('an index has at most 262,144 entries', () => {
  const texts = (start: string, size: number): Condition => ({
    'page.campaign': { $in: Array.from({ length: size }, (_none, index) => `${start} ${index}`) },
  })
  // Two audiences of 512 texts, each with 256 experiences.
  const isIndexed = (size: number): boolean => {
    const catalog = catalogOf([texts('one', 512), texts('other', size)])
    catalog.experiences = Array.from({ length: 512 }, (_none, index) =>
      experience(`e${index}`, { audience: `x${index % 2}` }),
    )
    return compile(catalog).slots[0]?.index.attribute !== undefined
  }
  expect(isIndexed(512)).toBe(true)
  expect(isIndexed(513)).toBe(false)
})

test('experiences that share an audience are found together, in order', () => {
  const catalog = catalogOf([spring, summer])
  catalog.experiences.push(experience('again', { audience: 'x0' }), experience('e9', { audience: 'x1' }))
  const index = compile(catalog).slots[0]?.index
  expect(index?.byText.get('spring')?.map(({ position }) => position)).toEqual([0, 2])
  catalog.experiences.push(experience('third', { audience: 'x0' }), experience('fourth', { audience: 'x0' }))
  // Now four of six.
  expect(compile(catalog).slots[0]?.index.attribute).toBeUndefined()
})

test('what is switched off is not looked up either', () => {
  const catalog = catalogOf([spring, summer, spring])
  Object.assign(catalog.experiences[0] as Experience, { enabled: false })
  expect(
    compile(catalog)
      .slots[0]?.index.byText.get('spring')
      ?.map(({ experience: { id } }) => id),
  ).toEqual(['e2'])
  expect(compile(catalog).slots[0]?.experiences).toHaveLength(3)
})

test('whatever is looked up, the first experience in the order of the slot that fits wins', () => {
  const catalog = catalogOf([spring, {}, spring, summer, { 'page.campaign': 'autumn' }])
  catalog.experiences.push(experience('x', { audience: 'x3' }), experience('y', { audience: 'x4', priority: 1 }))
  const winner = (campaign: string): unknown => winnerOf(catalog, { page: { ...page, campaign } })
  expect(compile(catalog).slots[0]?.index.attribute?.name).toBe('page.campaign')
  expect(['spring', 'summer', 'autumn', ''].map(winner)).toEqual(['e0', 'e1', 'y', 'e1'])
})

test('audiences that each name the one before twice are looked at once each', () => {
  let looks = 0
  const counted = {
    get 'page.campaign'() {
      looks++
      return 'spring'
    },
  }
  const audiences: Catalog['audiences'] = { a0: counted }
  for (let index = 1; index <= 10; index++) {
    audiences[`a${index}`] = { $and: [{ $audience: `a${index - 1}` }, { $audience: `a${index - 1}` }] }
  }
  expect(indexOf([{ $audience: 'a10' }, summer], audiences)).toMatchObject({ spring: 'e0', summer: 'e1' })
  expect(looks).toBeLessThan(10)
})
