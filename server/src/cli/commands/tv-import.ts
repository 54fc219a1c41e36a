import { lookup } from 'node:dns/promises'
import type { Statement } from 'prepaint/engine'
import { batchesOf } from '../../tv/batches.ts'
import type { TvFinding } from '../../tv/finding.ts'
import { createFindingList, type FindingList } from '../../tv/finding-list.ts'
import { tailPlaylist } from '../../tv/hls/tail-playlist.ts'
import { openTvFile } from '../../tv/read-file.ts'
import { createStatementSender, type SendStatements } from '../../tv/send-statements.ts'
import { createTvCount, type TvCount } from '../../tv/totals.ts'
import { untilError } from '../../tv/until-error.ts'
import { type Command, type CommandIo, type CommandValues, textOf, UsageError } from '../command.ts'
import { printable } from '../printable.ts'
import { createProgressBar, type ProgressBar } from '../progress-bar.ts'
import { postOptions, servicePostOf } from '../service-post.ts'
import { tvOptions, type TvReading, tvReadingOf } from '../tv-options.ts'
import { findingText, reportFields, reportText, type TvReport } from '../tv-report.ts'
import { waitFor } from '../wait-for.ts'

/** A run of the command. */
interface Run {
  io: CommandIo
  reading: TvReading
  isEnded: () => boolean
  send: SendStatements
  bar: ProgressBar
}

/** An input with what is known of it so far. */
interface Input {
  input: string
  findings: FindingList
  count: TvCount
}

const isAddress = (input: string): boolean => /^https?:/i.test(input)

async function senderOf(values: CommandValues, io: CommandIo, isEnded: () => boolean): Promise<SendStatements> {
  const { site, post } = await servicePostOf(values, io.env, '/v1/tv')
  return createStatementSender(site, {
    post,
    wait: (ms) => waitFor(ms, io.ended),
    isEnded,
    onWait: (reason) => io.stderr.write(`waiting: ${printable(reason)}\n`),
  })
}

function tailOf(url: string, { io, reading, isEnded }: Run, { findings }: Input): AsyncGenerator<Statement> {
  return tailPlaylist({
    ...{ url, fetch, now: Date.now, isEnded, onFinding: findings.add, feed: reading.feed ?? '' },
    lookup: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
    wait: (ms) => waitFor(ms, io.ended),
  })
}

/** Counts what was taken, not what was read. */
async function sendAll(
  batches: AsyncIterable<Statement[]>,
  { count }: Input,
  run: Run,
  share: () => number,
): Promise<void> {
  for await (const batch of batches) {
    if (run.isEnded() || (await run.send(batch)) === undefined) return
    for (const statement of batch) count.add(statement)
    run.bar.show({ step: 'importing', count: count.totals().statements, share: share() })
  }
}

/** Each statement of a tail by itself: it is news. */
async function* one(statements: AsyncIterable<Statement>): AsyncGenerator<Statement[]> {
  for await (const statement of statements) yield [statement]
}

async function importOne(input: string, run: Run): Promise<TvReport> {
  const { io, reading } = run
  const tell = (finding: TvFinding): void => void io.stderr.write(findingText(input, finding))
  const known: Input = { input, findings: createFindingList(tell), count: createTvCount() }
  const { findings, count } = known
  const file = isAddress(input) ? undefined : await openTvFile(input)
  const isOfOneFeed = file === undefined || /^(hls|scte35)/.test(file.format)
  if (isOfOneFeed && reading.feed === undefined) throw new UsageError(`${input} names no feed: say which with --feed`)
  if (file) {
    const statements = file.statements({ ...reading, onFinding: findings.add })
    await sendAll(batchesOf(untilError(statements, findings)), known, run, file.share)
  } else await sendAll(one(tailOf(input, run, known)), known, run, () => 0)
  return { input, format: file?.format ?? 'hls', totals: count.totals(), findings }
}

/** `tv import`: brings airing data of any format to a running service, or follows a playlist for it. */
export const tvImport: Command = {
  operands: 'FILE|URL…',
  options: {
    ...postOptions,
    ...tvOptions,
  },
  async run(values, io, inputs) {
    if (inputs.length === 0)
      throw new UsageError(
        'name at least one FILE: XMLTV, a CSV log, SCTE-35 or an HLS playlist; or the URL of a playlist',
      )
    if (inputs.length > 1 && inputs.some(isAddress)) throw new UsageError('a URL is followed by itself')
    if (textOf(values, 'catalog') === undefined) throw new UsageError('--catalog FILE is missing: it has the feeds')
    let hasEnded = false
    void io.ended.then(() => (hasEnded = true))
    const isEnded = (): boolean => hasEnded
    const reading = await tvReadingOf(values, Date.now())
    const bar = createProgressBar(io, 'statements')
    const run = { io, reading, isEnded, send: await senderOf(values, io, isEnded), bar }
    const reports: TvReport[] = []
    try {
      for (const input of inputs) reports.push(await importOne(input, run))
    } finally {
      bar.end()
    }
    const isWhole = !hasEnded || inputs.some(isAddress)
    const answer = { inputs: reports.map(reportFields), isWhole }
    io.stdout.write(values['json'] === true ? `${JSON.stringify(answer)}\n` : reports.map(reportText).join(''))
    return isWhole && reports.every(({ findings }) => findings.errors() === 0) ? 0 : 1
  },
}
