import { expect, test } from 'vitest'
import { readCatalog } from '../../src/catalog/load.ts'
import { problems } from '../support/catalog-problems.ts'

const HEAD = 'site: shop\norigins: [https://www.shop.example]\nslots: { hero: { live: true } }\n'
const FEED = 'zone: Europe/London, areas: [c/GB]'

function feeds(...lines: string[]): string {
  return `${HEAD}tv:\n  feeds:\n${lines.map((line) => `    ${line}\n`).join('')}`
}

test.each<[mistake: string, catalog: string, problem: string]>([
  ['a feed without a zone', feeds('itv: { areas: [c/GB] }'), 'has no zone: add one, such as zone: Europe/London'],
  ['a zone that is none', feeds('itv: { zone: Europe/Londn, areas: [c/GB] }'), 'Europe/Londn is no IANA time zone'],
  ['an area that is none', feeds('itv: { zone: UTC, areas: [GB] }'), 'GB is no area: write a country as c/GB'],
  ['a delay that is no time', feeds(`itv: { ${FEED}, delays: { ota: 4 s } }`), '4 s is no time: write it as 30s'],
  ['a feed that repeats none', feeds('itv: { of: bbc, shift: 1h, areas: [c/GB] }'), 'unknown feed bbc'],
  ['a feed that repeats itself', feeds(`itv: { of: itv, shift: 1h, ${FEED} }`), 'unknown feed itv'],
  ['a shift of nothing', feeds(`itv: { shift: 1h, ${FEED} }`), 'says of no feed: add of'],
  ['a repetition that does not say when', feeds(`a: { ${FEED} }`, 'b: { of: a, areas: [c/GB] }'), 'how much later?'],
  [
    'a feed that repeats one that repeats',
    feeds(`a: { ${FEED} }`, 'b: { of: a, shift: 1h, areas: [c/GB] }', 'c: { of: b, shift: 1h, areas: [c/GB] }'),
    'b repeats a: name that one',
  ],
  ['no feed', `${HEAD}tv: { feeds: {} }\n`, 'must not have fewer than 1 properties'],
  [
    'a number of two spots',
    `${feeds(`itv: { ${FEED} }`)}  spots: { a: { ids: [X1] }, b: { ids: [X1] } }\n`,
    'X1 is a number of a, too: one spot has it',
  ],
  [
    'a placement at no time',
    `${feeds(`itv: { ${FEED} }`)}  placements: [{ programme: p, product: q, at: late, duration: 20s }]\n`,
    'late is no time',
  ],
  [
    'a redirect in a live slot',
    `${HEAD}experiences: [{ id: e, slot: hero, variants: [{ id: v, redirect: https://www.shop.example/tv }] }]\n`,
    'slot hero is live, and a live slot leads nowhere',
  ],
])('%s is refused with its place', (_mistake, catalog, problem) => {
  const [first = ''] = problems(catalog)
  expect(first).toMatch(/^\d+:\d+: /)
  expect(first).toContain(problem)
})

test('feeds say what they repeat, and countries are written as ISO 3166 has them', () => {
  const { catalog } = readCatalog(
    `${feeds('itv: { zone: Europe/London, areas: [c/UK], xmltv: [ITV1] }', 'plus1: { of: itv, shift: 1h, areas: [s/UK-ENG] }')}`,
    'catalog.yaml',
  )
  expect(catalog.tv?.feeds).toEqual({
    itv: { channel: 'itv', zone: 'Europe/London', areas: ['c/GB'], delaysMs: {}, xmltv: ['ITV1'] },
    plus1: {
      channel: 'plus1',
      zone: 'Europe/London',
      areas: ['s/GB-ENG'],
      of: 'itv',
      shiftMs: 3_600_000,
      delaysMs: {},
    },
  })
})
