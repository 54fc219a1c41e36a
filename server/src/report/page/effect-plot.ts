import { scaleLinear, scaleUtc } from 'd3-scale'
import { area, line } from 'd3-shape'
import { liftRange, thinned } from '../lift-range.ts'
import type { Comparison, Interval } from '../report.ts'
import { dateText, shortDate } from './dates.ts'
import { boundsOf, liftOf } from './lifts.ts'
import { type Markup, markup } from './markup.ts'

const WIDTH = 640
const HEIGHT = 270
const LEFT = 66
const RIGHT = 88
const TOP = 12
const BOTTOM = 28
/** Points of a line: more than a screen can tell apart are only bytes. */
const MOST_POINTS = 90
/** Days that are named below a plot. */
const MOST_DAYS = 5
const DAY_MS = 86_400_000

type Point = Comparison['overTime'][number]

const rounded = (value: number): number => Math.round(value * 10) / 10

function tickText(lift: number): string {
  const percent = rounded(100 * lift)
  if (percent === 0) return '0'
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`
}

/** Range that several plots share, so that they can be compared. */
export type LiftRange = ReturnType<typeof liftRange>

/** Finds the range of all comparisons of a goal. */
export function sharedRange(comparisons: readonly Comparison[]): LiftRange {
  const ranges = comparisons.map(({ overTime }) => liftRange(overTime.map(({ interval }) => interval)))
  return { from: Math.min(...ranges.map(({ from }) => from)), to: Math.max(...ranges.map(({ to }) => to)) }
}

function spokenText({ variant, against }: Comparison, points: readonly Point[]): string {
  const told = ({ atMs, interval }: Point): string => `${liftOf(interval)} (${boundsOf(interval)}) on ${dateText(atMs)}`
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return ''
  return `Effect of ${variant} against ${against} by day: ${told(first)}, ${told(last)}.`
}

/** Draws the effect over time: the interval as a band, the effect as a line, and no difference as the line at 0. */
export function effectPlot(comparison: Comparison, range: LiftRange): Markup {
  const points = thinned(comparison.overTime, MOST_POINTS)
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return markup`<p class="empty">No effect can be drawn yet.</p>`
  // One day alone has some width, too.
  const x = scaleUtc([Math.min(first.atMs, last.atMs - DAY_MS), last.atMs], [LEFT, WIDTH - RIGHT])
  const y = scaleLinear([range.from, range.to], [HEIGHT - BOTTOM, TOP]).clamp(true)
  const across = ({ atMs }: Point): number => rounded(x(atMs))
  const up = (of: (interval: Interval) => number) => (point: Point) => rounded(y(of(point.interval)))
  const band =
    area<Point>(
      across,
      up(({ low }) => low),
      up(({ high }) => high),
    )(points) ?? ''
  const effect =
    line<Point>(
      across,
      up(({ lift }) => lift),
    )(points) ?? ''
  const rows = y.ticks(5).map((tick) => {
    const place = rounded(y(tick))
    return markup`<path class="${tick === 0 ? 'zero' : 'grid'}" d="M${LEFT},${place}H${WIDTH - RIGHT}" />
      <text class="tick" x="${LEFT - 8}" y="${place + 4}" text-anchor="end">${tickText(tick)}</text>`
  })
  const days = thinned(x.ticks(5), MOST_DAYS).map((tick) => {
    return markup`<text class="tick" x="${rounded(x(tick))}" y="${HEIGHT - 8}" text-anchor="middle">${shortDate(tick.getTime())}</text>`
  })
  const end = { x: across(last), low: up(({ low }) => low)(last), high: up(({ high }) => high)(last) }
  const at = up(({ lift }) => lift)(last)
  return markup`<svg
    class="plot"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label="${spokenText(comparison, points)}"
  >
    ${rows}${days}
    <path class="band" d="${band}" />
    <path class="line" d="${effect}" />
    <path class="end" d="M${end.x},${end.low}V${end.high}" />
    <circle class="dot" cx="${end.x}" cy="${at}" r="4" />
    <text class="last" x="${end.x + 9}" y="${at + 5}">${liftOf(last.interval)}</text>
  </svg>`
}

/** Draws the newest interval on a line that several share. */
export function intervalMark({ low, lift, high }: Interval, { from, to }: LiftRange): Markup {
  const x = scaleLinear([from, to], [2, 198]).clamp(true)
  const [least, mid, most] = [low, lift, high].map((value) => rounded(x(value)))
  const zero = rounded(x(0))
  return markup`<svg class="mark" viewBox="0 0 200 24" preserveAspectRatio="xMinYMid" aria-hidden="true">
    <path class="grid" d="M0,12H200" />
    <path class="zero" d="M${zero},2V22" />
    <path class="span" d="M${least},12H${most}" />
    <circle class="dot" cx="${mid}" cy="12" r="4.5" />
  </svg>`
}
