import type { SpotAiring, Statement } from 'prepaint/engine'
import { delimiterOf } from '../../transfer/delimiter.ts'
import { readLines } from '../../transfer/read-lines.ts'
import { readRecords } from '../../transfer/read-records.ts'
import type { Row } from '../../transfer/row.ts'
import { toUtf8 } from '../decode.ts'
import type { TvFeed } from '../feed.ts'
import { type OnTvFinding, TvInputError } from '../finding.ts'
import type { Piece, Span } from '../pieces.ts'
import { createSequence, type Sequence } from '../sequence.ts'
import { createTellOnce } from '../tell-once.ts'
import { createZones, type Zone } from '../zone.ts'
import { createLogRecordReader, type LogValues } from './log-columns.ts'
import type { LogMap } from './log-map.ts'
import { isCancelled } from './log-status.ts'
import { durationOf, localTimeOf, type LogTime, timestampOf } from './log-time.ts'

/** Dependencies of reading a log. */
export interface LogOptions {
  feeds: readonly TvFeed[]
  /** Zone of feeds that are not among them, if they are to be read all the same. */
  anyZone?: string
  /** `as-run` for what was sent, `schedule` for a plan. */
  source: 'as-run' | 'schedule'
  map?: LogMap
  /** The time of which the log tells all; else, of each feed, from its first row to its last one's end. */
  range?: Span
  /** Encoding, if it is not UTF-8 and the file does not begin with a mark. */
  encoding?: string
  nowMs: number
  onFinding: OnTvFinding
}

/** Areas: a country, a part of it, a market, or a region of the world (iptv-org's notation, and Nielsen's markets). */
const AREA = /^([csr]\/[A-Z]{2,3}(-[A-Z0-9]{1,4})?|dma\/\d{1,4})$/

/** Longest name of a spot, brand or product that is taken. */
const MAX_NAME = 200

interface Log {
  feed: TvFeed
  zone: Zone
  sequence: Sequence<SpotAiring>
  /** The row before, by which an hour that comes twice is told apart. */
  beforeMs: number
}

/** A row that cannot be read, with its reason. */
class RowError extends Error {
  override readonly name = 'RowError'
}

/** Feeds that are made of names which no feed has. */
const MAX_ANY = 1_000

/** Finds logs by the names and ids of their feeds. */
function createLogs({ feeds, anyZone, nowMs, onFinding, range }: LogOptions) {
  const zones = createZones()
  const logs = new Map<string, Log>()

  function add(feed: TvFeed): void {
    const zone = zones(feed.zone)
    if (!zone)
      return onFinding({ code: 'tv_zone', feed: feed.name, message: `has the zone ${feed.zone}, which is none` })
    const bounds = range ? { bounds: range } : {}
    const sequence = createSequence<SpotAiring>({ feed: feed.name, nowMs, onFinding, isUnbroken: false, ...bounds })
    const log = { feed, zone, sequence, beforeMs: -Infinity }
    for (const id of [...feed.xmltv, feed.name]) logs.set(id, log)
  }

  for (const feed of feeds) add(feed)
  return {
    of(id = ''): Log | undefined {
      if (anyZone !== undefined && id !== '' && !logs.has(id) && logs.size < MAX_ANY)
        add({ name: id, zone: anyZone, xmltv: [] })
      return logs.get(id)
    },
    all: () => new Set(logs.values()),
  }
}

function timeOf({ timestamp, date = '', time = '' }: LogValues, map: LogMap | undefined): LogTime {
  if (timestamp !== undefined) {
    const read = timestampOf(timestamp, map?.dates)
    if (!read) throw new RowError(`has the timestamp ${timestamp.slice(0, 40)}, which is none, or may mean two`)
    return read
  }
  const local = localTimeOf(date, time, map?.dates)
  if (local === undefined)
    throw new RowError(
      `has the time ${`${date} ${time}`.slice(0, 40)}, which is none, or may mean two: see \`dates\` of a map`,
    )
  return { local }
}

function areasOf(text: string): string[] {
  const areas = text.split(/[\s,;|]+/).filter((area) => area !== '')
  const wrong = areas.find((area) => !AREA.test(area))
  if (wrong !== undefined) throw new RowError(`has the area ${wrong.slice(0, 40)}, which is none such as s/US-CA`)
  // ISO 3166 has GB; iptv-org/database, and catalogs that follow it, write UK.
  return areas.map((area) => area.replace(/^([cs]\/)UK\b/, '$1GB'))
}

/** All of a row but its times. */
function spotOf(
  { spot, brand, product, area, status = '' }: LogValues,
  map: LogMap | undefined,
): Omit<SpotAiring, 'fromMs' | 'toMs'> {
  if (spot === undefined || spot.length > MAX_NAME) throw new RowError('has no spot, or one with a very long name')
  const cancelled = isCancelled(status, map?.cancelled)
  if (cancelled === undefined)
    throw new RowError(`has the status ${status.slice(0, 40)}, which says nothing: see \`cancelled\` of a map`)
  return {
    spot,
    ...(brand === undefined ? {} : { brand: brand.slice(0, MAX_NAME) }),
    ...(product === undefined ? {} : { product: product.slice(0, MAX_NAME) }),
    ...(area === undefined ? {} : { areas: areasOf(area) }),
    ...(cancelled ? { isCancelled: true } : {}),
  }
}

/** The records of a log, the first of which names its columns. */
async function* recordsOf(chunks: AsyncIterable<Buffer>, { encoding, map }: LogOptions): AsyncGenerator<Row<string[]>> {
  const lines = readLines(toUtf8(chunks, encoding))[Symbol.asyncIterator]()
  let first = await lines.next()
  while (!first.done && first.value.problem === undefined && first.value.text.trim() === '') first = await lines.next()
  if (first.done) throw new TvInputError('csv_header', 'is empty')
  const { value } = first
  async function* all(): AsyncGenerator<Row<string>> {
    yield value
    yield* { [Symbol.asyncIterator]: () => lines }
  }
  yield* readRecords(all(), map?.delimiter ?? delimiterOf(value.text))
}

/**
 * Reads a log of commercials: a plan, or a record of what was sent. All that it says of each feed comes in statements of at most 500
 * commercials whose ranges abut. Rows that cannot be read are told, and left out.
 * @throws TvInputError for a file whose first line says too little
 */
export async function* readLog(chunks: AsyncIterable<Buffer>, options: LogOptions): AsyncGenerator<Statement> {
  const { map, source, range, onFinding } = options
  const logs = createLogs(options)
  const tellOnce = createTellOnce(onFinding)

  function instantOf(time: LogTime, log: Log, line: number): number {
    if ('ms' in time) return time.ms
    const { name } = log.feed
    const { ms, kind, againMs } = log.zone.instantOf(time.local)
    const text = new Date(time.local).toISOString().slice(0, 19)
    if (kind === 'skipped')
      onFinding({ code: 'tv_time_skipped', line, feed: name, message: `has ${text}, which clocks skip` })
    if (againMs === undefined) return ms
    if (ms < log.beforeMs && againMs >= log.beforeMs) return againMs
    tellOnce('tv_time_twice', name, line, `has ${text}, which comes twice: the rows' order tells them apart`)
    return ms
  }

  function add(values: LogValues, line: number): Piece<SpotAiring>[] {
    const log = logs.of(values.feed)
    if (!log) {
      tellOnce('tv_unknown_feed', (values.feed ?? '').slice(0, 100), line, 'is no feed: its rows were left out')
      return []
    }
    const durationMs = durationOf(values.duration ?? '')
    if (durationMs === undefined)
      throw new RowError(`has the duration ${(values.duration ?? '').slice(0, 40)}, which is none`)
    const spot = spotOf(values, map)
    const fromMs = instantOf(timeOf(values, map), log, line)
    log.beforeMs = fromMs
    const item = { ...spot, fromMs, toMs: fromMs + durationMs }
    if (range && (fromMs < range.fromMs || fromMs >= range.toMs)) {
      onFinding({ code: 'tv_outside', line, feed: log.feed.name, message: 'lies outside of the range' })
      return []
    }
    if (log.feed.of !== undefined)
      tellOnce('tv_derived_feed', log.feed.name, line, `follows from ${log.feed.of}: a log of its own is not needed`)
    const isPartial = item.areas !== undefined || item.isCancelled === true
    const identity = JSON.stringify([item.spot, item.areas, item.isCancelled])
    return log.sequence.add({ item, fromMs, line, identity, isPartial })
  }

  const statementOf =
    (feed: string) =>
    ({ items, range }: Piece<SpotAiring>): Statement => ({ feed, source, ...(range ? { range } : {}), spots: items })

  function statementsOf(values: LogValues, line: number): Statement[] {
    try {
      return add(values, line).map(statementOf(logs.of(values.feed)?.feed.name ?? ''))
    } catch (error) {
      if (!(error instanceof RowError)) throw error
      onFinding({ code: 'csv_value', line, message: error.message, ...(values.feed ? { feed: values.feed } : {}) })
      return []
    }
  }

  let readRecord: ReturnType<typeof createLogRecordReader> | undefined
  for await (const { line, content, problem = 'is no record' } of recordsOf(chunks, options)) {
    if (!readRecord) {
      if (!content)
        throw new TvInputError(/UTF-8/.test(problem) ? 'tv_encoding' : 'csv_header', `its first line ${problem}`)
      readRecord = createLogRecordReader(
        content.map((column) => column.trim()),
        map,
      )
      continue
    }
    const values = content && readRecord(content)
    if (values) yield* statementsOf(values, line)
    else if (content)
      onFinding({ code: 'csv_row', line, message: `has ${content.length} values, and not one for each column` })
    else onFinding({ code: /UTF-8/.test(problem) ? 'tv_encoding' : 'csv_row', line, message: problem })
  }
  // Of a feed that it does not name, a log says nothing, whatever its range.
  for (const { feed, sequence, beforeMs } of logs.all())
    if (beforeMs > -Infinity) yield* sequence.end().map(statementOf(feed.name))
}
