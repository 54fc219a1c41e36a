import { TV_FINDINGS, type TvFinding, type TvFindingCode } from '../tv/finding.ts'
import type { FindingList } from '../tv/finding-list.ts'
import type { TvTotals } from '../tv/totals.ts'
import { printable } from './printable.ts'

/** Report on an input of airing data. */
export interface TvReport {
  input: string
  format: string
  totals: TvTotals
  findings: FindingList
}

/** A finding on one line, as compilers write theirs. */
export function findingText(input: string, { code, line, feed, message }: TvFinding): string {
  const place = line === undefined ? input : `${input}:${line}`
  const subject = feed === undefined ? '' : `${printable(feed)} `
  return `${printable(place)}: ${TV_FINDINGS[code]} ${code}: ${subject}${printable(message)}\n`
}

const number = (value: number): string => value.toLocaleString('en')

function countsText(counts: FindingList['counts']): string {
  const parts = Object.entries(counts()).map(([code, count]) => {
    return `${number(count)} ${code} (${TV_FINDINGS[code as TvFindingCode]})`
  })
  return parts.length === 0 ? 'nothing to say against it' : parts.join(', ')
}

/** A report in words: what was read, of which time, and what was found. */
export function reportText({ input, format, totals, findings }: TvReport): string {
  const { airings, breaks, spots, feeds } = totals
  const spans = Object.entries(feeds).map(([feed, { from, to }]) => `  ${printable(feed)}: ${from} to ${to}\n`)
  const numbers = `${number(airings)} programmes, ${number(breaks)} breaks, ${number(spots)} commercials`
  return `${printable(input)}: ${format}, ${numbers}; ${countsText(findings.counts)}\n${spans.join('')}`
}

/** A report as JSON. */
export function reportFields({ input, format, totals, findings }: TvReport): object {
  const kept = findings.kept().map((finding) => ({ ...finding, severity: TV_FINDINGS[finding.code] }))
  return { input, format, ...totals, counts: findings.counts(), errors: findings.errors(), findings: kept }
}
