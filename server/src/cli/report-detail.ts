import { boundsText, liftText, pText, shareText } from '../report/format.ts'
import { liftRange, thinned } from '../report/lift-range.ts'
import { mainComparison, mainGoal } from '../report/main-comparison.ts'
import type { Comparison, ExperienceReport, Interval, RatioTest, SegmentReport } from '../report/report.ts'
import { printable } from './printable.ts'
import { type TextColumn, textTable, wrapped } from './text-table.ts'

const MOST_DAYS = 16
const MOST_SEGMENTS = 20

const number = (value: number): string => value.toLocaleString('en')
const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)

/** Draws an interval on a line with a mark at 0: ---o--- */
function drawn({ low, lift, high }: Interval, { from, to }: { from: number; to: number }, room: number): string {
  const place = (value: number): number => {
    return Math.max(0, Math.min(room - 1, Math.round(((value - from) / (to - from)) * (room - 1))))
  }
  const cells: string[] = Array.from({ length: room }, (_, at) => (at >= place(low) && at <= place(high) ? '-' : ' '))
  cells[place(0)] = '|'
  cells[place(lift)] = 'o'
  return cells.join('').trimEnd()
}

function overTime({ variant, against, metric, overTime: days }: Comparison, width: number): string[] {
  if (days.length === 0) return []
  const range = liftRange(days.map(({ interval }) => interval))
  const shown = thinned(days, MOST_DAYS)
  const texts = shown.map(({ interval }) => `${liftText(interval.lift)} (${boundsText(interval)})`)
  const room = Math.max(16, Math.min(48, width - 18 - Math.max(...texts.map(({ length }) => length))))
  const measured = metric === 'rate' ? 'rate' : 'value a visitor'
  return [
    '',
    ...wrapped(
      `over time: ${printable(variant)} against ${printable(against)}, ${measured}; | is no difference`,
      width,
    ),
    ...textTable(
      [
        { title: 'day', cells: shown.map(({ atMs }) => dayOf(atMs)), isText: true },
        { title: 'lift', cells: texts },
        { title: '', cells: shown.map(({ interval }) => drawn(interval, range, room)), isText: true },
      ],
      width,
    ),
  ]
}

function ratioLines(ratios: readonly RatioTest[], width: number): string[] {
  if (ratios.length === 0) return []
  const counts = ({ variants }: RatioTest): string =>
    variants
      .map(
        ({ id, counted, expected }) => `${printable(id)} ${number(counted)} (expected ${number(Math.round(expected))})`,
      )
      .join(', ')
  return [
    '',
    ...wrapped('sample ratio: are the groups as large as their shares want?', width),
    ...ratios.flatMap((test) =>
      wrapped(
        `since ${dayOf(test.fromMs)}: ${counts(test)}; p ${pText(test.p)}: ${test.isSound ? 'sound' : 'NOT SOUND'}`,
        width,
      ),
    ),
  ]
}

function segmentLines(segments: readonly SegmentReport[], width: number): string[] {
  if (segments.length === 0) return []
  const shown = segments.slice(0, MOST_SEGMENTS)
  const ids = shown[0]?.variants.map(({ variant }) => variant) ?? []
  const columns = (withVisitors: boolean): TextColumn[] => [
    { title: 'by', cells: shown.map(({ by }) => by), isText: true },
    { title: '', cells: shown.map(({ is }) => printable(is).slice(0, 32)), isText: true },
    ...ids.map((id, index) => ({
      title: printable(id).slice(0, 24),
      cells: shown.map(({ variants }) => {
        const { visitors = 0, rate = 0 } = variants[index] ?? {}
        return withVisitors ? `${shareText(rate)} of ${number(visitors)}` : shareText(rate)
      }),
      ...(withVisitors ? {} : { leaveOut: ids.length - index }),
    })),
  ]
  const long = textTable(columns(true), width)
  return [
    '',
    ...wrapped('segments, exploratory: for looking, not for deciding; some differ by chance alone', width),
    ...(long.every(({ length }) => length <= width) ? long : textTable(columns(false), width)),
    ...(segments.length > MOST_SEGMENTS ? [`  and ${segments.length - MOST_SEGMENTS} more: see --json`] : []),
  ]
}

/** Lines of an experience in detail: its effect over time, its ratio tests and its segments. */
export function reportDetail(experience: ExperienceReport, width: number): string[] {
  const goal = mainGoal(experience)
  const main = mainComparison(experience)
  const same = goal?.comparisons.filter(({ metric, against }) => metric === main?.metric && against === main.against)
  return [
    ...(same ?? []).flatMap((comparison) => overTime(comparison, width)),
    ...ratioLines(experience.ratios, width),
    ...segmentLines(goal?.segments ?? [], width),
  ]
}
