import { readFileSync } from 'node:fs'
import { decide } from 'prepaint/engine'
import { readCatalog } from '../../../server/src/catalog/load.ts'
import { CatalogError } from '../../../server/src/catalog/problem.ts'
import { promise, type Target, textOf } from '../target.ts'

/** Longest time that one catalog may take, in ms of CPU time: ten times what a sound one of this size takes. */
const MAX_CPU_MS = 2_000

const page = { path: '/', campaign: 'spring', referrer: '', device: 'mobile' as const, language: 'de' }

const WORDS = [
  ...[
    'slots:',
    'audiences:',
    'experiences:',
    'variants:',
    'do:',
    'html:',
    'text:',
    'attribute:',
    'image:',
    'redirect:',
    'selector:',
  ],
  ...[
    '$and',
    '$or',
    '$not',
    '$in',
    '$regex',
    '$gt',
    '$elemMatch',
    '$all',
    'page.campaign',
    'traits.plan',
    'events.Order',
    'geo.country',
  ],
  ...[
    '2026-02-30',
    '(a+)+$',
    '(a{1,1000}){1,1000}',
    '<svg><script>',
    '&a',
    '*a',
    '!!js/function',
    '|',
    '>',
    '- ',
    '? ',
    '<<:',
  ],
]

/** A catalog is refused with a place for everything that is wrong with it, or decides. */
export function createCatalogTarget(): Target {
  const seeds = ['demo/agency', 'demo/shop', 'examples/csp'].map((folder) =>
    readFileSync(new URL(`../../../${folder}/catalog.yaml`, import.meta.url)),
  )
  return {
    name: 'catalog',
    seeds,
    words: WORDS,
    run(input) {
      const before = process.cpuUsage()
      try {
        const { compiled } = readCatalog(textOf(input), 'catalog.yaml')
        decide(compiled, { page, nowMs: Date.UTC(2026, 10, 28), visitorId: 'visitor-1' })
      } catch (error) {
        if (!(error instanceof CatalogError)) throw error
        promise(error.problems.length > 0, 'a catalog is refused without a reason')
        const vague = error.problems.filter(({ line, message }) => !(line >= 0) || message === '')
        promise(vague.length === 0, `problems without a place: ${JSON.stringify(vague)}`)
      }
      const { user, system } = process.cpuUsage(before)
      promise((user + system) / 1_000 < MAX_CPU_MS, `it took ${(user + system) / 1_000} ms of CPU time`)
    },
  }
}
