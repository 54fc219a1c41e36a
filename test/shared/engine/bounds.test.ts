import { expect, test } from 'vitest'
import {
  type Catalog,
  compile,
  type CompiledSlot,
  type Condition,
  decide,
  type DecideContext,
  type Experience,
  explain,
} from '../../../src/engine/index.ts'
import { rangesOf } from '../../../src/engine/range.ts'
import type { Json } from '../../../src/protocol/index.ts'

const page = { path: '/', campaign: '', referrer: '', device: 'desktop' as const, language: 'en' }

function experience(id: string, more: Partial<Experience> = {}): Experience {
  return { id, slot: 'hero', coverage: 1, seed: id, variants: [{ id: 'a', weight: 1, operations: [] }], ...more }
}

function catalog(experiences: Experience[], more: Partial<Catalog> = {}): Catalog {
  return { version: 'v', site: 'shop', slots: [{ name: 'hero' }], audiences: {}, experiences, ...more }
}

function slotOf(target: Condition): CompiledSlot {
  return compile(catalog([experience('e', { audience: 'target' })], { audiences: { target } })).slots[0] as CompiledSlot
}

function visitorOf(x: Json): NonNullable<DecideContext['visitor']> {
  return { traits: { x }, events: {}, pageViews: 0 }
}

/** Returns true if the trait `x` meets the condition's value. */
function meets(asked: Json, x: Json): boolean {
  const compiled = compile(
    catalog([experience('e', { audience: 'target' })], {
      audiences: { target: { 'traits.x': asked } },
      groups: { vip: ['a'] },
    }),
  )
  return decide(compiled, { page, nowMs: 0, visitor: visitorOf(x) })[0]?.reason === 'control'
}

test.each<[string, Json]>([
  ['$in', { $in: ['a'] }],
  ['$in of objects', { $in: ['a', { b: 1 }] }],
  ['$ini', { $ini: ['A'] }],
  ['$inGroup', { $inGroup: 'vip' }],
  ['$all', { $all: ['a'] }],
  ['$elemMatch', { $elemMatch: { $eq: 'a' } }],
])('%s looks at a list of 256 items, and at none of a longer one', (_name, asked) => {
  const list = (size: number): string[] => [...Array.from({ length: size - 1 }, () => 'other'), 'a']
  expect([meets(asked, list(256)), meets(asked, list(257))]).toEqual([true, false])
  expect(meets(asked, [])).toBe(false)
})

test('case does not count in a text of 512 characters, and does in a longer one', () => {
  for (const [size, isMet] of [
    [512, true],
    [513, false],
  ] as const) {
    expect(meets({ $ini: ['x'.repeat(size)] }, 'X'.repeat(size))).toBe(isMet)
    expect(meets({ $alli: ['x'.repeat(size)] }, ['X'.repeat(size)])).toBe(isMet)
    expect(meets({ $ini: ['x'.repeat(size)] }, 'x'.repeat(size))).toBe(true)
  }
})

test.each<[Json, Json, boolean]>([
  [{ $eq: { a: 1 } }, { a: 1 }, true],
  [{ $eq: { a: 1 } }, null, false],
  [{ $eq: { a: 1 } }, 'a', false],
  [{ $eq: { a: null } }, { a: null }, true],
  [{ $eq: { a: { b: 1 } } }, { a: null }, false],
  [{ $eq: { a: null } }, { a: { b: 1 } }, false],
  [{ $eq: { a: 1 } }, { a: {} }, false],
  [{ $eq: { a: 1 } }, { b: 1 }, false],
  [{ $eq: {} }, [], false],
  [{ $eq: [] }, '', false],
  [{ $in: [{ a: 1 }, { b: 1 }] }, { b: 1 }, true],
  [{ $in: [{ a: 1 }, { b: 1 }] }, { c: 1 }, false],
  [{ $in: [{ a: 1 }] }, [{ b: 1 }, { a: 1 }], true],
  [{ $in: [{ a: 1 }] }, 'a', false],
  [{ $in: [null] }, null, true],
  [{ $in: [null] }, [null], true],
  [{ $in: [[1]] }, [[1]], true],
  [{ $in: [[1]] }, [1], false],
])('of %j and the trait %j it says %s', (asked, x, isMet) => {
  expect(meets(asked, x)).toBe(isMet)
})

test.each<[Json, Json, boolean]>([
  [{ $veq: `1.${'0'.repeat(254)}` }, `1.${'0'.repeat(254)}`, true],
  [{ $vgte: '0' }, '1'.repeat(257), false],
  [{ $vlt: '1' }, '1'.repeat(257), false],
  [{ $veq: 'v1.0.0' }, '1.0.0', true],
  [{ $veq: '1.0.0' }, '1.0.0+build.7', true],
  [{ $veq: '1.dev.0' }, '1.de.0', false],
  [{ $vlt: '1.10.0' }, '1.9.0', true],
  [{ $vgt: '1.0.0-rc.1' }, '1.0.0', true],
  [{ $vlt: '1.0.0' }, '1.0.0-rc.1', true],
  [{ $vgt: '1.0' }, '1.0.0', true],
  [{ $vlt: '1.2-3' }, '1.2', true],
  [{ $veq: '0' }, '', true],
  [{ $veq: '0' }, 'v', true],
  [{ $veq: '0' }, '+7', true],
  // Only a part of nothing but digits is a number.
  [{ $vgt: '1.a9.0' }, '1.a10.0', false],
  [{ $vlt: '1.10a.0' }, '1.9a.0', false],
])('of the version %j and %j it says %s', (asked, x, isMet) => {
  expect(meets(asked, x)).toBe(isMet)
})

test.each<[number, boolean]>([
  [0.98, false],
  [0.99, true],
  [1.01, true],
  [1.02, false],
])('weights of together %d keep their size: %s', (total, keep) => {
  const variants = [{ id: 'a', weight: total, operations: [] }]
  expect(rangesOf({ variants, coverage: 1 })).toEqual([[0, keep ? total : 1]])
})

test('every fact of the page that the cache can tell apart is named, sorted, and no other', () => {
  const facts = ['term', 'path', 'source', 'medium', 'content', 'click', 'campaign', 'referrer']
  const others = ['page.device', 'page.language', 'geo.country', 'user.id', 'traits.path', 'events.path']
  const names = [...facts.map((fact) => `page.${fact}`), ...others]
  const slot = slotOf(Object.fromEntries(names.map((name) => [name, 'x'])))
  expect(slot.vary).toEqual([...facts].sort())
  expect(slot.events).toEqual(['path'])
})

test('a decision that reads no local time has no step, and one that reads the zone alone has none either', () => {
  expect(slotOf({ 'page.path': '/' })).not.toHaveProperty('stepMs')
  expect(slotOf({ 'time.zone': '+00:00' })).not.toHaveProperty('stepMs')
  expect(slotOf({ 'time.weekday': 'monday', 'time.hour': 1 }).stepMs).toBe(3_600_000)
})

test("a slot keeps its selector and an experience's ends are those of both its times, in order", () => {
  const experiences = [
    experience('e1', { fromMs: 30, untilMs: 40 }),
    experience('e2', { untilMs: 5 }),
    experience('e3', { fromMs: 100 }),
  ]
  const slots = [{ name: 'hero', selector: '#hero' }, { name: 'footer' }]
  const [hero, footer] = compile(catalog(experiences, { slots })).slots
  expect([hero?.selector, hero?.instants]).toEqual(['#hero', [5, 30, 40, 100]])
  expect(footer).not.toHaveProperty('selector')
  expect([footer?.instants, footer?.experiences]).toEqual([[], []])
})

test.each<[string, object, number[], number | undefined]>([
  ['ever', { times: 1 }, [500], undefined],
  ['a day, of which the first counts', { times: 1, hours: 24 }, [500], 86_400_500],
  ['two a day, of which the last but one counts', { times: 2, hours: 24 }, [500, 600], 86_400_500],
  ['none a day', { times: 0, hours: 24 }, [], undefined],
])('a cap of %s opens again in time', (_what, cap, recentMs, changesAtMs) => {
  const visitor = { ...visitorOf(1), shown: { e: { count: recentMs.length, recentMs } } }
  const compiled = compile(catalog([experience('e', { cap: cap as NonNullable<Experience['cap']> })]))
  const [outcome] = decide(compiled, { page, nowMs: 1_000, visitorId: 'v', visitor })
  expect([outcome?.reason, outcome?.changesAtMs]).toEqual(['no-match', changesAtMs])
})

test('an experience that does not fit for another reason than its cap is not said to open again', () => {
  const visitor = { ...visitorOf(1), shown: { e: { count: 1, recentMs: [500] } } }
  const compiled = compile(catalog([experience('e', { cap: { times: 1, hours: 24 }, enabled: false })]))
  const off = decide(compiled, { page, nowMs: 1_000, visitorId: 'v', visitor })[0]
  expect(off).toMatchObject({ reason: 'no-match', changesAtMs: undefined })
  const uncovered = experience('e', { cap: { times: 1, hours: 24 }, coverage: 0 })
  const out = decide(compile(catalog([uncovered])), { page, nowMs: 1_000, visitorId: 'v', visitor })[0]
  expect(out).toMatchObject({ reason: 'no-match', changesAtMs: undefined })
})

test('who is exactly at the end of the holdout is not in it', () => {
  const held = (share: number): unknown =>
    decide(compile(catalog([experience('e')], { holdout: { share, seed: '' } })), { page, nowMs: 0, visitorId: '' })[0]
      ?.reason
  // The place of the empty id under the empty seed (cases.json).
  expect([held(0.2305), held(0.2306)]).toEqual(['control', 'holdout'])
})

test('what is held out shows nothing at all', () => {
  const compiled = compile(catalog([experience('e')], { holdout: { share: 1, seed: '' } }))
  expect(decide(compiled, { page, nowMs: 0, visitorId: 'v' })[0]?.variant).toEqual({
    id: 'holdout',
    weight: 0,
    operations: [],
  })
})

test('explain tells the winner from those behind it, and names no clause but of an audience', () => {
  const experiences = [
    experience('off', { enabled: false, audience: 'nobody' }),
    experience('first'),
    experience('second'),
    experience('none', { coverage: 0 }),
  ]
  const compiled = compile(catalog(experiences, { audiences: { nobody: { 'traits.x': 1 } } }))
  expect(explain(compiled, { page, nowMs: 0, visitorId: 'v' })).toEqual([
    {
      slot: 'hero',
      reason: 'control',
      experiences: [
        { experience: 'off', verdict: 'off' },
        { experience: 'first', verdict: 'won', variant: 'a' },
        { experience: 'second', verdict: 'behind', variant: 'a' },
        { experience: 'none', verdict: 'coverage' },
      ],
    },
  ])
})

test('the clause that is to blame is the first of the author, whatever is asked first', () => {
  const audiences = { target: { 'traits.x': { $veq: '1.0.0' }, 'page.path': '/x' }, none: { $nor: [{}] } }
  const clauseOf = (audience: string): unknown => {
    const compiled = compile(catalog([experience('e', { audience })], { audiences }))
    return explain(compiled, { page, nowMs: 0, visitor: visitorOf('2.0.0') })[0]?.experiences[0]?.clause
  }
  expect(clauseOf('target')).toEqual({
    path: ['audiences', 'target', 'traits.x'],
    expected: { $veq: '1.0.0' },
    actual: '2.0.0',
  })
  expect(clauseOf('none')).toEqual({ path: ['audiences', 'none', '$nor'], expected: [{}] })
})

test('what costs little is asked first, and an attribute is read once', () => {
  const asked: string[] = []
  const traits = Object.defineProperty({}, 'x', {
    enumerable: true,
    get() {
      asked.push('read')
      return 'y'
    },
  })
  const compileRegex = () => (text: string) => {
    asked.push(text)
    return true
  }
  const decideOn = (target: Condition): string[] => {
    asked.length = 0
    const parts = catalog([experience('e', { audience: 'target' })], { audiences: { target } })
    decide(compile(parts, { compileRegex }), { page, nowMs: 0, visitor: { traits, events: {}, pageViews: 0 } })
    return asked
  }
  expect(decideOn({ 'traits.x': { $regex: 'dear' }, 'page.path': '/elsewhere' })).toEqual([])
  expect(decideOn({ $and: [{ 'traits.x': { $ne: 'a' } }, { 'traits.x': { $ne: 'b' } }] })).toEqual(['read'])
})

test('an item of a list is asked for its fields when the condition names or joins one, else as a value', () => {
  expect(meets({ $elemMatch: { $or: [{ a: 1 }, { a: 2 }] } }, [{ a: 2 }])).toBe(true)
  expect(meets({ $elemMatch: { $gt: 1, $lt: 3 } }, [0, 2])).toBe(true)
  expect(meets({ $elemMatch: { $not: { $eq: 1 } } }, [1])).toBe(false)
  expect(meets({ $elemMatch: { a: 1, b: { $in: ['x'] } } }, [{ a: 1 }, { a: 1, b: ['x'] }])).toBe(true)
  expect(meets({ $elemMatch: { a: 1, b: 2 } }, [{ a: 1 }, { b: 2 }])).toBe(false)
})

test('a visitor without a session is not new', () => {
  const parts = catalog([experience('e', { audience: 'x' })], { audiences: { x: { 'session.isNew': true } } })
  expect(decide(compile(parts), { page, nowMs: 0 })[0]?.reason).toBe('no-match')
})

test('an audience that holds holds for whoever asks for it again, in its slot and in the next', () => {
  const experiences = ['hero', 'footer'].flatMap((slot) => [
    experience(`${slot} nobody`, { slot, audience: 'x', coverage: 0 }),
    experience(`${slot} all`, { slot, audience: 'x' }),
  ])
  const slots = [{ name: 'hero' }, { name: 'footer' }]
  const compiled = compile(catalog(experiences, { slots, audiences: { x: { 'traits.x': 1 } } }))
  const winners = (x: Json): unknown[] =>
    decide(compiled, { page, nowMs: 0, visitorId: 'v', visitor: visitorOf(x) }).map((one) => one.experience?.id)
  expect(winners(1)).toEqual(['hero all', 'footer all'])
  expect(winners(2)).toEqual([undefined, undefined])
})

test('an audience that two others name, however deep, is evaluated once in a decision', () => {
  let evaluated = 0
  const compileRegex = () => () => {
    evaluated++
    return false
  }
  const audiences = {
    shared: { 'traits.x': { $regex: 'x' } },
    one: { $or: [{ $audience: 'shared' }] },
    other: { $and: [{ $not: { $not: { $audience: 'shared' } } }] },
  }
  const experiences = ['one', 'other'].map((audience) => experience(audience, { audience }))
  const compiled = compile(catalog(experiences, { audiences }), { compileRegex })
  decide(compiled, { page, nowMs: 0, visitor: visitorOf('y') })
  expect(evaluated).toBe(1)
})
