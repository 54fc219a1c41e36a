import type { Site } from '../catalog/site.ts'
import { audienceInputs } from './audience-inputs.ts'
import type { AudienceCounter } from './count-audiences.ts'
import { printable } from './printable.ts'
import type { Scanned } from './profile-scan.ts'
import { type Estimate, estimate } from './proportion.ts'

/** Size of an audience. */
interface AudienceSize {
  audience: string
  in: Estimate
  out: Estimate
  /** Of these the profile alone does not tell it. */
  unknown: Estimate
  /** Names of what only a view tells; profiles are unknown where it matters. */
  view: string[]
  readsFeatures: boolean
}

/** Sizes of audiences, as `audience` shows them. */
export interface AudienceReport {
  site: string
  /** Profiles of visitors and of users that live. */
  profiles: Estimate
  /** Number of profiles that were read; those of the site, unless a sample was drawn. */
  read: number
  isSample: boolean
  /** Rows that are not what was written; they are in none of the numbers. */
  damaged: number
  audiences: AudienceSize[]
}

/** Brings together what a scan has counted. `only` is the one audience that was asked for. */
export function audienceReport(
  { name, compiled }: Site,
  { counts, profiles }: AudienceCounter,
  { rows, drawn }: Scanned,
  { damaged, only }: { damaged: number; only: string | undefined },
): AudienceReport {
  const inputs = audienceInputs(compiled)
  const of = (hits: number): Estimate => estimate(hits, drawn, rows)
  return {
    site: name,
    profiles: of(profiles),
    read: drawn,
    isSample: drawn < rows,
    damaged,
    audiences: [...counts]
      .filter(([audience]) => only === undefined || audience === only)
      .map(([audience, { in: inside, out, unknown }]) => ({
        audience,
        in: of(inside),
        out: of(out),
        unknown: of(unknown),
        view: inputs.get(audience)?.view ?? [],
        readsFeatures: inputs.get(audience)?.readsFeatures ?? false,
      })),
  }
}

const number = (value: number): string => value.toLocaleString('en')

function sizeText({ count, low, high }: Estimate, isSample: boolean): string {
  return isSample ? `${number(count)} (${number(low)} to ${number(high)})` : number(count)
}

function shareText({ count }: Estimate, { count: all }: Estimate): string {
  return `${((100 * count) / Math.max(1, all)).toFixed(1)} %`
}

function unknownText({ unknown, view, readsFeatures }: AudienceSize, isSample: boolean): string {
  const reasons = [
    ...(view.length > 0 ? [`depends on ${view.join(', ')}`] : []),
    ...(readsFeatures ? ['features may not be filled yet'] : []),
  ]
  // Everything else is in each profile: not even those that were not drawn can be unknown.
  if (unknown.high === 0 || reasons.length === 0) return ''
  return `${sizeText(unknown, isSample)} unknown: ${reasons.join(', or ')}`
}

/** Pads each column to its widest text. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) => `  ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}

/** Formats it for a terminal. */
export function formatAudiences(report: AudienceReport): string {
  const { site, profiles, read, isSample, damaged, audiences } = report
  const head = isSample
    ? `site ${site}: about ${sizeText(profiles, true)} profiles, of which ${number(read)} were drawn, each as likely as any other`
    : `site ${site}: ${number(profiles.count)} profiles, all of them read`
  const rows = audiences.map((one) => [
    printable(one.audience),
    sizeText(one.in, isSample),
    shareText(one.in, profiles),
    unknownText(one, isSample),
  ])
  const notes = [
    ...(isSample ? ['in brackets: the 95 % interval, which holds the true number in 95 of 100 samples'] : []),
    ...(audiences.some(({ view }) => view.length > 0)
      ? ['page, place, time and visit are in no profile: what depends on them counts as unknown']
      : []),
    ...(damaged > 0 ? [`damaged, and in none of the numbers: ${number(damaged)}`] : []),
    'a linked visitor counts as decisions see it, with what is known of the user, who is a profile, too',
  ]
  return [head, '', ...table(rows), '', ...notes, ''].join('\n')
}
