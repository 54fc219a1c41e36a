import { TV_FINDINGS, type TvFinding, type TvFindingCode } from './finding.ts'

/** Findings of one code that are kept. */
const MAX_KEPT = 20

/** Findings of one input: the first of each code, and how many there are. */
export interface FindingList {
  add(finding: TvFinding): void
  /** The first of each code, in the order in which they came. */
  kept(): readonly TvFinding[]
  /** Number of each code. */
  counts(): { [code in TvFindingCode]?: number }
  /** Number of errors. */
  errors(): number
}

/** Makes a list. `onKept` is called with each that is kept. */
export function createFindingList(onKept?: (finding: TvFinding) => void): FindingList {
  const kept: TvFinding[] = []
  const counts = new Map<TvFindingCode, number>()
  return {
    add(finding) {
      const count = (counts.get(finding.code) ?? 0) + 1
      counts.set(finding.code, count)
      if (count > MAX_KEPT) return
      kept.push(finding)
      onKept?.(finding)
    },
    kept: () => kept,
    counts: () => Object.fromEntries(counts),
    errors: () => [...counts].reduce((sum, [code, count]) => sum + (TV_FINDINGS[code] === 'error' ? count : 0), 0),
  }
}
