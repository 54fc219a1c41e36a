import type { OnTvFinding, TvFindingCode } from './finding.ts'

/** Findings that are remembered: a file may name channels without end. */
const MAX_TOLD = 1_000

/** Says each thing once of a feed. */
export type TellOnce = (code: TvFindingCode, feed: string, line: number, message: string) => void

/** Makes what says each thing once of a feed, and nothing any more when it has said very much. */
export function createTellOnce(onFinding: OnTvFinding): TellOnce {
  const told = new Set<string>()
  return (code, feed, line, message) => {
    if (told.has(`${code} ${feed}`) || told.size >= MAX_TOLD) return
    told.add(`${code} ${feed}`)
    onFinding({ code, feed, line, message })
  }
}
