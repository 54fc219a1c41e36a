import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/load.ts'
import { compileRegex } from '../../src/catalog/regex.ts'
import { problems } from '../support/catalog-problems.ts'

const HEAD =
  'site: shop\norigins: [https://www.shop.example]\nredirects: [https://sale.shop.example]\nslots: { hero: {} }\n'

function experience(rest: string): string {
  return `${HEAD}experiences:\n  - id: one\n    slot: hero\n    ${rest}\n`
}

function audience(condition: string): string {
  return `${HEAD}groups: { vip: [u1] }\naudiences:\n  other: { pageViews: 1 }\n  target: ${condition}\n`
}

test('everything that a catalog can say reaches the engine', () => {
  const { catalog } = readCatalog(
    `${HEAD.replace('{ hero: {} }', '{ hero: { selector: .hero, strict: true } }')}holdout: { share: 0.05, seed: 2026-q4 }
groups: { vip: [u1, 7] }
audiences: { vips: { traits.number: { $inGroup: vip } } }
experiences:
  - id: one
    slot: hero
    audience: vips
    priority: 5
    enabled: false
    strict: true
    sticky: true
    namespace: { id: checkout, from: 0, until: 0.5 }
    cap: { times: 3, hours: 24 }
    variants:
      - { id: a, range: [0, 0.5], do: [{ text: Hi }] }
      - { id: go, range: [0.5, 1], redirect: https://sale.shop.example/x }
`,
    'c.yaml',
  )
  expect(catalog).toMatchObject({
    slots: [{ name: 'hero', selector: '.hero', strict: true }],
    holdout: { share: 0.05, seed: '2026-q4' },
    groups: { vip: ['u1', 7] },
    experiences: [
      {
        ...{ id: 'one', audience: 'vips', priority: 5, enabled: false, strict: true, sticky: true },
        namespace: { id: 'checkout', from: 0, until: 0.5 },
        cap: { times: 3, hours: 24 },
        variants: [
          { id: 'a', weight: 0.5, range: [0, 0.5], operations: [{ op: 'text', value: 'Hi' }] },
          { id: 'go', weight: 0.5, range: [0.5, 1], operations: [], redirect: 'https://sale.shop.example/x' },
        ],
      },
    ],
  })
})

test.each([
  ['[{ id: a, weight: 50 }, { id: b, weight: 50 }]', [0.5, 0.5]],
  ['[{ id: a, weight: 0.3 }, { id: b, weight: 0.7 }]', [0.3, 0.7]],
  ['[{ id: a, weight: 33.34 }, { id: b, weight: 33.33 }, { id: c, weight: 33.33 }]', [0.3334, 0.3333, 0.3333]],
  ['[{ id: a }, { id: b }, { id: c }, { id: d }]', [0.25, 0.25, 0.25, 0.25]],
  ['[{ id: a, weight: 100 }]', [1]],
])('the variants %s get the shares %j', (variants, shares) => {
  const { catalog } = readCatalog(experience(`variants: ${variants}`), 'c.yaml')
  const weights = catalog.experiences[0]?.variants.map(({ weight }) => weight) ?? []
  shares.forEach((share, index) => expect(weights[index]).toBeCloseTo(share, 12))
})

test.each<[name: string, text: string, problem: string]>([
  [
    'weights of 99',
    experience('variants: [{ id: a, weight: 50 }, { id: b, weight: 49 }]'),
    '8:15: weights add up to 99: they must add up to 100 (or to 1)',
  ],
  [
    'weights of 99.99',
    experience('variants: [{ id: a, weight: 33.33 }, { id: b, weight: 66.66 }]'),
    '8:15: weights add up to 99.99: they must add up to 100 (or to 1)',
  ],
  [
    'a weight of 50 alone',
    experience('variants: [{ id: a, weight: 50 }]'),
    '8:15: weights add up to 50: they must add up to 100 (or to 1)',
  ],
  [
    'a weight for one of two',
    experience('variants: [{ id: a, weight: 100 }, { id: b }]'),
    '8:40: lacks weight: all variants have one, or none',
  ],
  [
    'a range for one of two',
    experience('variants: [{ id: a, range: [0, 1] }, { id: b }]'),
    '8:42: lacks range: all variants have one, or none',
  ],
  [
    'ranges that overlap',
    experience('variants: [{ id: a, range: [0.4, 1] }, { id: b, range: [0, 0.5] }]'),
    '8:32: overlaps the range of another variant',
  ],
  ['a range of nothing', experience('variants: [{ id: a, range: [0.5, 0.5] }]'), '8:32: a range ends after it begins'],
  [
    'a range of three',
    experience('variants: [{ id: a, range: [0, 0.5, 1] }]'),
    '8:32: must not have more than 2 items',
  ],
  ['a range beyond 1', experience('variants: [{ id: a, range: [0, 1.5] }]'), '8:36: must be <= 1'],
  [
    'ranges and coverage',
    experience('coverage: 0.5\n    variants: [{ id: a, range: [0, 1] }]'),
    '8:15: ranges say already who takes part: leave coverage out',
  ],
  [
    'an empty namespace',
    experience('namespace: { id: n, from: 0.5, until: 0.5 }\n    variants: [{ id: a }]'),
    '8:43: until must be greater than from: nobody would be in it',
  ],
  [
    'a cap of 11 in hours',
    experience('cap: { times: 11, hours: 1 }\n    variants: [{ id: a }]'),
    '8:19: must be <= 10 when hours is given',
  ],
  ['a cap of nothing', experience('cap: { times: 0 }\n    variants: [{ id: a }]'), '8:19: must be >= 1'],
  [
    'redirect and do',
    experience('variants: [{ id: a, do: [{ text: x }], redirect: /x }]'),
    '8:54: has redirect and do: a page that is left cannot be changed',
  ],
  [
    'a foreign redirect',
    experience('variants: [{ id: a, redirect: https://evil.example }]'),
    '8:35: a redirect leads to a path such as /sale, or to an origin that is listed under origins or redirects',
  ],
  [
    'a redirect with a backslash',
    experience("variants: [{ id: a, redirect: '/\\evil.example' }]"),
    '8:35: a redirect has no spaces, control characters or backslashes: encode them',
  ],
  [
    'a redirect origin with a path',
    HEAD.replace('sale.shop.example', 'sale.shop.example/x'),
    '3:13: https://sale.shop.example/x is no origin: write it as https://www.brand.example',
  ],
  ['an unknown group', audience('{ user.id: { $inGroup: staff } }'), '8:24: unknown group staff: add it under groups'],
  [
    'an unknown audience in an audience',
    audience('{ $audience: nobody }'),
    '8:13: unknown audience nobody: add it under audiences',
  ],
  [
    'an audience that asks for itself',
    audience('{ $or: [{ $audience: target }] }'),
    '8:21: an audience that asks for itself: target -> target',
  ],
  [
    'a look-ahead',
    audience("{ page.path: { $regex: '(?=a)' } }"),
    '8:26: no pattern that can be tested in linear time (RE2): error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
  ],
  [
    'a back-reference',
    audience("{ page.path: { $regex: '(a)\\1' } }"),
    '8:26: no pattern that can be tested in linear time (RE2): error parsing regexp: invalid escape sequence: `\\1`',
  ],
  [
    'a broken pattern',
    audience("{ page.path: { $regexi: '[' } }"),
    '8:26: no pattern that can be tested in linear time (RE2): error parsing regexp: missing closing ]: `[`',
  ],
  [
    'a pattern of many steps',
    audience("{ page.path: { $regex: '(.{1,30}){1,30}z' } }"),
    '8:26: the pattern is too large: shorten its repetitions',
  ],
])('a catalog with %s is refused at its place', (_name, text, problem) => {
  expect(problems(text)).toEqual([problem])
})

test.each(['^(a+)+$', '(a|aa)+$', '(a|b)*a(a|b){8}$'])(
  'the pattern %s takes no time on a text made against it',
  (pattern) => {
    const matches = compileRegex(pattern, false)
    const startMs = performance.now()
    // Backtracking would double its time with each character, from seconds at 30 on.
    for (const end of ['!', 'c']) matches(`${'ab'.repeat(100)}${'a'.repeat(300)}${end}`)
    expect(performance.now() - startMs).toBeLessThan(1_000)
  },
)

test('a text of 512 characters is matched, and a longer one matches no pattern', () => {
  const matches = compileRegex('^a+$', false)
  expect(matches('a'.repeat(512))).toBe(true)
  expect(matches('a'.repeat(513))).toBe(false)
})

test('a catalog whose conditions cannot meet the budget is refused at what costs most', () => {
  const cheap = Array.from({ length: 100 }, (_none, index) => `  c${index}: { traits.x: ${index} }`)
  const catalog = (dear: string): string =>
    `${HEAD}audiences:\n${cheap.join('\n')}\n  dear: ${dear}\nexperiences:\n` +
    [...cheap.map((_line, index) => `c${index}`), 'dear']
      .map((name) => `  - { id: ${name}, slot: hero, audience: ${name}, variants: [{ id: a }] }\n`)
      .join('')
  const patterns = (count: number): string =>
    `{ traits.x: { $elemMatch: { $or: [${Array.from({ length: count }, () => '{ y: { $regex: z } }').join(', ')}] } } }`
  expect(problems(catalog(patterns(10)))).toEqual([])
  expect(problems(catalog(patterns(40)))).toEqual([
    expect.stringMatching(
      /^106:3: a decision may take \d+ µs of the 2000 that it has, and audience dear \d+ of them: /,
    ),
  ])
})

test('what is suspicious about a sound catalog is said with its place', () => {
  const text = `${HEAD}audiences:
  used: { pageViews: 1 }
  named: { $not: { $audience: used } }
  forgotten: { $audience: named }
experiences:
  - { id: first, slot: hero, variants: [{ id: a }] }
  - { id: second, slot: hero, audience: named, variants: [{ id: a }] }
  - { id: third, slot: hero, priority: 1, variants: [{ id: a }, { id: b }] }
`
  expect(readCatalog(text, 'c.yaml').warnings).toEqual([
    { file: 'c.yaml', line: 8, column: 3, message: 'audience forgotten is used by nothing' },
    {
      file: 'c.yaml',
      line: 11,
      column: 11,
      message: 'experience second is never shown: first comes first and is for everybody',
    },
  ])
})

test.each<[change: string, before: string, after: string, warns: boolean]>([
  [
    'other weights',
    '[{ id: a, weight: 50 }, { id: b, weight: 50 }]',
    '[{ id: a, weight: 60 }, { id: b, weight: 40 }]',
    true,
  ],
  ['one variant more', '[{ id: a }, { id: b }]', '[{ id: a }, { id: b }, { id: c }]', true],
  ['another order', '[{ id: a }, { id: b }]', '[{ id: b }, { id: a }]', true],
  [
    'other weights under a new seed',
    '[{ id: a, weight: 50 }, { id: b, weight: 50 }]',
    '[{ id: a, weight: 60 }, { id: b, weight: 40 }]\n    seed: new',
    false,
  ],
  [
    'other weights, sticky',
    '[{ id: a, weight: 50 }, { id: b, weight: 50 }]',
    '[{ id: a, weight: 60 }, { id: b, weight: 40 }]\n    sticky: true',
    false,
  ],
  [
    'explicit ranges',
    '[{ id: a, weight: 50 }, { id: b, weight: 50 }]',
    '[{ id: a, range: [0, 0.5] }, { id: b, range: [0.6, 1] }]',
    false,
  ],
  [
    'weights in another unit',
    '[{ id: a, weight: 50 }, { id: b, weight: 50 }]',
    '[{ id: a, weight: 0.5 }, { id: b, weight: 0.5 }]',
    false,
  ],
  ['more coverage', '[{ id: a }, { id: b }]\n    coverage: 0.5', '[{ id: a }, { id: b }]', false],
  ['other content', '[{ id: a, do: [{ text: x }] }, { id: b }]', '[{ id: a, do: [{ text: y }] }, { id: b }]', false],
])('publishing %s warns of visitors who change variants: %#', (_change, before, after, warns) => {
  const old = readCatalog(experience(`variants: ${before}`), 'old.yaml')
  const { warnings } = readCatalog(experience(`variants: ${after}`), 'new.yaml', old)
  expect(warnings.map(({ line, message }) => [line, message.includes('some visitors change variants')])).toEqual(
    warns ? [[8, true]] : [],
  )
})
