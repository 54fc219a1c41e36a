import type { TvFinding } from '../../tv/finding.ts'
import { createFindingList } from '../../tv/finding-list.ts'
import { openTvFile } from '../../tv/read-file.ts'
import { createTvCount } from '../../tv/totals.ts'
import { untilError } from '../../tv/until-error.ts'
import { type Command, type CommandIo, textOf, UsageError } from '../command.ts'
import { createProgressBar } from '../progress-bar.ts'
import { tvOptions, type TvReading, tvReadingOf } from '../tv-options.ts'
import { findingText, reportFields, reportText, type TvReport } from '../tv-report.ts'

/** Feed of playlists and messages if none is named: nothing of it is sent. */
const UNNAMED = 'feed'

async function lint(input: string, reading: TvReading, io: CommandIo, isJson: boolean): Promise<TvReport> {
  const tell = (finding: TvFinding): void => void io.stdout.write(findingText(input, finding))
  const findings = createFindingList(isJson ? undefined : tell)
  const count = createTvCount()
  const bar = createProgressBar(io, 'statements')
  const file = await openTvFile(input)
  try {
    const statements = file.statements({ ...reading, onFinding: findings.add })
    for await (const statement of untilError(statements, findings)) {
      count.add(statement)
      bar.show({ step: 'reading', count: count.totals().statements, share: file.share() })
    }
  } finally {
    bar.end()
  }
  return { input, format: file.format, totals: count.totals(), findings }
}

/** `tv lint`: reads airing data of any format, says what is wrong with it, and sends nothing. */
export const tvLint: Command = {
  operands: 'FILE…',
  options: {
    ...tvOptions,
    zone: {
      type: 'string',
      value: 'ZONE',
      help: 'without --catalog: zone of local times, default UTC; each channel is then its own feed',
    },
  },
  async run(values, io, inputs) {
    if (inputs.length === 0)
      throw new UsageError('name at least one FILE: XMLTV, a CSV log, SCTE-35 or an HLS playlist')
    const isJson = values['json'] === true
    const given = await tvReadingOf(values, Date.now())
    const anyZone = given.feeds.length === 0 ? { anyZone: textOf(values, 'zone') ?? 'UTC' } : {}
    const reading = { feed: UNNAMED, ...given, ...anyZone }
    // A lint says what a message means also if nobody knows when it applied.
    const atMs = given.atMs ?? given.nowMs
    const reports: TvReport[] = []
    for (const input of inputs) reports.push(await lint(input, { ...reading, atMs }, io, isJson))
    io.stdout.write(
      isJson ? `${JSON.stringify({ inputs: reports.map(reportFields) })}\n` : reports.map(reportText).join(''),
    )
    return reports.every(({ findings }) => findings.errors() === 0) ? 0 : 1
  },
}
