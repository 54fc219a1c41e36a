import type { Statement } from 'prepaint/engine'
import { refusal } from '../../transfer/post-patiently.ts'
import { batchesOf } from '../../tv/batches.ts'
import { createFindingList } from '../../tv/finding-list.ts'
import { playDay } from '../../tv/play-day.ts'
import { openTvFile } from '../../tv/read-file.ts'
import { type ReplayedDay, replayedDay, type ReplayTimes, withdrawalOf } from '../../tv/replayed-day.ts'
import { createStatementSender } from '../../tv/send-statements.ts'
import { createTvCount } from '../../tv/totals.ts'
import { untilError } from '../../tv/until-error.ts'
import { type Command, type CommandIo, type CommandValues, textOf, UsageError } from '../command.ts'
import { printable } from '../printable.ts'
import { createProgressBar } from '../progress-bar.ts'
import { postOptions, type ServicePost, servicePostOf } from '../service-post.ts'
import { tvInstantOf, tvOptions, type TvReading, tvReadingOf } from '../tv-options.ts'
import { findingText, reportFields, type TvReport } from '../tv-report.ts'
import { waitFor } from '../wait-for.ts'

const DAY_MS = 86_400_000
const MAX_SPEED = 60

/** Pauses between two looks at how far it is, on a terminal and elsewhere, in ms. */
const TICK_MS = 1_000
const QUIET_TICK_MS = 60_000

/** Statements of the files, and reports on them. */
interface Reading {
  statements: Statement[]
  reports: TvReport[]
}

function speedOf(values: CommandValues): number {
  const speed = Number(textOf(values, 'speed') ?? 1)
  if (speed >= 1 && speed <= MAX_SPEED) return speed
  throw new UsageError(`--speed must be a number from 1 to ${MAX_SPEED}`)
}

async function readAll(inputs: readonly string[], reading: TvReading, io: CommandIo): Promise<Reading> {
  const statements: Statement[] = []
  const reports: TvReport[] = []
  for (const input of inputs) {
    const findings = createFindingList((finding) => io.stderr.write(findingText(input, finding)))
    const count = createTvCount()
    const file = await openTvFile(input)
    if (/^(hls|scte35)/.test(file.format) && reading.feed === undefined)
      throw new UsageError(`${input} names no feed: say which with --feed`)
    for await (const statement of untilError(file.statements({ ...reading, onFinding: findings.add }), findings)) {
      count.add(statement)
      statements.push(statement)
    }
    reports.push({ input, format: file.format, totals: count.totals(), findings })
  }
  return { statements, reports }
}

/** Returns the part of the files that is asked for: a day from the first start, or from `--from`. */
function timesOf(values: CommandValues, statements: readonly Statement[], startMs: number): ReplayTimes {
  const items = statements.flatMap(({ airings = [], breaks = [], spots = [] }) => [...airings, ...breaks, ...spots])
  const first = (): number => items.reduce((least, item) => Math.min(least, item.fromMs), Infinity)
  const last = (): number => items.reduce((most, item) => Math.max(most, item.toMs), -Infinity)
  const fromMs = tvInstantOf(values, 'from') ?? first()
  const toMs = tvInstantOf(values, 'to') ?? Math.min(fromMs + DAY_MS, last())
  if (toMs > fromMs) return { fromMs, toMs, startMs, speed: speedOf(values) }
  throw new UsageError('nothing airs in that time: say with --from what time of the files is now')
}

/** Takes back what is still to come; returns what keeps it from that. */
async function withdraw(day: ReplayedDay, { site, post }: ServicePost): Promise<string | undefined> {
  try {
    for await (const statements of batchesOf(withdrawalOf(day, Date.now()))) {
      const answer = await post(JSON.stringify({ v: 1, site, statements }))
      if (answer.status !== 202) return refusal(answer)
    }
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const instant = (ms: number): string => new Date(ms).toISOString()

/** End of a replay. */
interface Ended {
  day: ReplayedDay
  times: ReplayTimes
  /** The instant at which it ended, in ms since 1970. */
  endMs: number
  isWhole: boolean
  /** Cause for which what was still to come could not be taken back. */
  flaw: string | undefined
}

const begunBy = (nowMs: number, { starts }: ReplayedDay): number => starts.filter((startMs) => startMs <= nowMs).length

/** Returns the time of the files at an instant. */
const timeAt = (nowMs: number, { fromMs, startMs, speed }: ReplayTimes): number => fromMs + (nowMs - startMs) * speed

function fieldsOf({ day, times, endMs, isWhole, flaw }: Ended): object {
  return {
    ...{ from: instant(times.fromMs), to: instant(times.toMs), speed: times.speed, start: instant(times.startMs) },
    ...{ airings: day.starts.length, begun: begunBy(endMs, day), isWhole },
    isWithdrawn: !isWhole && flaw === undefined,
  }
}

function textOfEnd({ day, times, endMs, isWhole, flaw }: Ended): string {
  const [from, to] = [times.fromMs, Math.min(times.toMs, timeAt(endMs, times))].map(instant)
  const number = `${begunBy(endMs, day)} of ${day.starts.length} programmes and commercials have begun`
  const left =
    flaw === undefined
      ? 'what was still to come was taken back; what has begun stays known for 26 hours\n'
      : `what was still to come stays known until it has passed: ${printable(flaw)}\n`
  return `replayed ${from} to ${to}: ${number}\n${isWhole ? '' : left}`
}

/** `tv replay`: sends a day of airing data to a running service, moved to now, and takes back what it has not come to if it is ended before. */
export const tvReplay: Command = {
  operands: 'FILE…',
  options: {
    ...postOptions,
    ...tvOptions,
    speed: { type: 'string', value: 'NUMBER', help: 'seconds of the files in a second, 1 (default) to 60' },
    from: { type: 'string', value: 'INSTANT', help: 'the time of the files that is now, default their first start' },
    to: { type: 'string', value: 'INSTANT', help: 'their time at which it ends, default a day later, or their end' },
  },
  async run({ from, to, ...values }, io, inputs) {
    if (inputs.length === 0)
      throw new UsageError('name at least one FILE: XMLTV, a CSV log, SCTE-35 or an HLS playlist')
    if (textOf(values, 'catalog') === undefined) throw new UsageError('--catalog FILE is missing: it has the feeds')
    const part = { from, to, speed: values['speed'] }
    speedOf(part)
    const reading = await tvReadingOf(values, tvInstantOf(part, 'from') ?? Date.now())
    const service = await servicePostOf(values, io.env, '/v1/tv')
    const { statements, reports } = await readAll(inputs, reading, io)
    const times = timesOf(part, statements, Date.now())
    const day = replayedDay(statements, times)
    let hasEnded = false
    void io.ended.then(() => (hasEnded = true))
    const isEnded = (): boolean => hasEnded
    const wait = (ms: number): Promise<void> => waitFor(ms, io.ended)
    const onWait = (reason: string): void => void io.stderr.write(`waiting: ${printable(reason)}\n`)
    const bar = createProgressBar(io, 'airings')
    const isWhole = await playDay(day, {
      ...{ send: createStatementSender(service.site, { post: service.post, wait, isEnded, onWait }) },
      ...{ now: Date.now, wait, isEnded, tickMs: io.stderr.isTTY === true ? TICK_MS : QUIET_TICK_MS },
      onTick(nowMs) {
        const share = Math.min(1, (nowMs - times.startMs) / (day.endMs - times.startMs))
        bar.show({
          step: `replaying ${instant(timeAt(nowMs, times)).slice(0, 19)}Z`,
          count: begunBy(nowMs, day),
          share,
        })
      },
    }).finally(() => bar.end())
    const endMs = isWhole ? day.endMs : Date.now()
    const flaw = isWhole ? undefined : await withdraw(day, service)
    const ended = { day, times, endMs, isWhole, flaw }
    const answer = { ...fieldsOf(ended), inputs: reports.map(reportFields) }
    io.stdout.write(values['json'] === true ? `${JSON.stringify(answer)}\n` : textOfEnd(ended))
    return flaw === undefined && reports.every(({ findings }) => findings.errors() === 0) ? 0 : 1
  },
}
