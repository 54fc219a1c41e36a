import type { CatalogFinding } from './catalog-finding.ts'
import type { CatalogFile, ExperienceEntry, VariantEntry } from './schema.ts'
import type { CatalogPath } from './source.ts'

type Check = (entry: ExperienceEntry, path: CatalogPath) => CatalogFinding[]

/** Rounding of sums of decimal fractions, and no more: 99.99 leaves one visitor in 10,000 out. */
const TOLERANCE = 1e-6

function isSum(total: number, wanted: number): boolean {
  return Math.abs(total - wanted) <= TOLERANCE * wanted
}

/** Returns each variant's share: weights are per cent if they add up to 100, shares if to 1. */
export function sharesOf(variants: readonly VariantEntry[]): number[] {
  const total = variants.reduce((sum, { weight = 0 }) => sum + weight, 0)
  const unit = isSum(total, 100) ? 100 : 1
  return variants.map(({ weight }) => (weight === undefined ? 1 / variants.length : weight / unit))
}

const weights: Check = ({ variants }, path) => {
  const given = variants.flatMap(({ weight }) => weight ?? [])
  if (given.length === 0) return []
  if (given.length < variants.length) {
    const index = variants.findIndex(({ weight }) => weight === undefined)
    return [{ path: [...path, 'variants', index], message: 'lacks weight: all variants have one, or none' }]
  }
  const total = given.reduce((sum, weight) => sum + weight, 0)
  if (isSum(total, 100) || isSum(total, 1)) return []
  const sum = Math.round(total * 1e6) / 1e6
  return [{ path: [...path, 'variants'], message: `weights add up to ${sum}: they must add up to 100 (or to 1)` }]
}

const ranges: Check = ({ coverage, variants }, path) => {
  const given = variants.flatMap(({ range }, index) => (range ? [{ index, from: range[0], until: range[1] }] : []))
  if (given.length === 0) return []
  if (given.length < variants.length) {
    const index = variants.findIndex(({ range }) => range === undefined)
    return [{ path: [...path, 'variants', index], message: 'lacks range: all variants have one, or none' }]
  }
  const at = (index: number): CatalogPath => [...path, 'variants', index, 'range']
  const sorted = [...given].sort((one, other) => one.from - other.from)
  return [
    ...given
      .filter(({ from, until }) => from >= until)
      .map(({ index }) => ({ path: at(index), message: 'a range ends after it begins' })),
    ...sorted
      .filter(({ from }, place) => place > 0 && from < (sorted[place - 1]?.until ?? 0))
      .map(({ index }) => ({ path: at(index), message: 'overlaps the range of another variant' })),
    ...(coverage === undefined
      ? []
      : [{ path: [...path, 'coverage'], message: 'ranges say already who takes part: leave coverage out' }]),
  ]
}

const namespaces: Check = ({ namespace }, path) =>
  namespace && namespace.from >= namespace.until
    ? [{ path: [...path, 'namespace', 'until'], message: 'until must be greater than from: nobody would be in it' }]
    : []

/** A profile remembers the last 10 showings. */
const caps: Check = ({ cap }, path) =>
  cap?.hours !== undefined && cap.times > 10
    ? [{ path: [...path, 'cap', 'times'], message: 'must be <= 10 when hours is given' }]
    : []

const contents: Check = ({ variants }, path) =>
  variants.flatMap((variant, index) =>
    variant.redirect !== undefined && variant.do !== undefined
      ? [
          {
            path: [...path, 'variants', index, 'redirect'],
            message: 'has redirect and do: a page that is left cannot be changed',
          },
        ]
      : [],
  )

/** Visitors who are held out are reported under this variant. */
const heldOut: Check = ({ variants }, path) =>
  variants.flatMap(({ id }, index) =>
    id === 'holdout'
      ? [
          {
            path: [...path, 'variants', index, 'id'],
            message: 'holdout is the variant of visitors who are held out: give this one another name',
          },
        ]
      : [],
  )

const checks: readonly Check[] = [weights, ranges, namespaces, caps, contents]

/** Finds mistakes in the experiences' assignment of variants. */
export function variantFindings({ experiences = [], holdout }: CatalogFile): CatalogFinding[] {
  const all = holdout ? [...checks, heldOut] : checks
  return experiences.flatMap((entry, index) => all.flatMap((check) => check(entry, ['experiences', index])))
}
