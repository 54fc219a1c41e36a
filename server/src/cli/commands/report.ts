import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type OpenTallies, openTallies } from '../../consumers/report/open-tallies.ts'
import { COUNTS } from '../../consumers/report/tally-folder.ts'
import { buildReport } from '../../report/build-report.ts'
import { csvOf } from '../../report/csv.ts'
import { htmlOf } from '../../report/html.ts'
import type { Report } from '../../report/report.ts'
import { isClaimed } from '../../service/data-directory.ts'
import { type Command, type CommandIo, type CommandValues, textOf, UsageError } from '../command.ts'
import { printable } from '../printable.ts'
import { rebuildReportsIn } from '../rebuild-reports.ts'
import { formatReport } from '../report-table.ts'
import { readConfig, serviceOptions } from '../settings.ts'
import { verifyForCommand } from '../verify-for-command.ts'

/** Pause between two reports with --watch, in ms. */
const WATCH_EVERY_MS = 2_000

/** Columns of a terminal that does not tell how many it has. */
const COLUMNS = 100

/** Moves to the top left of a terminal and clears it (ECMA-48, CUP and ED). */
const CLEAR = '\u001b[H\u001b[2J'

function directoryOf(values: CommandValues, env: CommandIo['env']): string {
  const { dataDirectory } = readConfig(values, env, { catalogs: [], dataDirectory: './.prepaint' })
  return dataDirectory
}

async function openBeside(dataDirectory: string): Promise<OpenTallies> {
  const directory = join(dataDirectory, 'reports')
  if (!existsSync(join(directory, 'data.mdb')))
    throw new UsageError(
      `nothing is counted in ${dataDirectory}: give --data of a service that has run and owns the log`,
    )
  // A service that runs has verified them, and is writing to them.
  if (!(await isClaimed(dataDirectory))) await verifyForCommand(directory, {}, COUNTS)
  return openTallies(directory)
}

function siteOf(tallies: OpenTallies, values: CommandValues): string {
  const [sites, name] = [tallies.sites(), textOf(values, 'site')]
  if (name === undefined && sites.length === 1) return sites[0] as string
  if (name !== undefined && sites.includes(name)) return name
  if (sites.length === 0)
    throw new UsageError('nothing is counted yet: start the service with a catalog that has goals')
  throw new UsageError(`--site must be one of ${sites.map(printable).join(', ')}`)
}

/** Choice of what is reported, and its form. */
interface Wanted {
  site: string
  only: string | undefined
  interval: Report['interval']
  form: 'table' | 'json' | 'csv' | 'html'
  /** File of the page; absent: standard output. */
  file: string | undefined
}

function reportOf(tallies: OpenTallies, { site, only, interval }: Wanted): Report {
  const counted = tallies.tallies(site)
  if (!counted) throw new UsageError(`nothing is counted of ${printable(site)} yet`)
  const report = buildReport(counted, { atMs: Date.now(), interval, ...(only === undefined ? {} : { only }) })
  if (only !== undefined && report.experiences.length === 0) {
    const ids = buildReport(counted, { atMs: Date.now(), interval }).experiences.map(({ id }) => printable(id))
    throw new UsageError(`there is no experience ${printable(only)}; there are ${ids.join(', ')}`)
  }
  return report
}

function textOfReport(report: Report, { form, only }: Wanted, width: number): string {
  if (form === 'json') return `${printable(JSON.stringify(report))}\n`
  if (form === 'csv') return csvOf(report)
  if (form === 'html') return htmlOf(report)
  return formatReport(report, { width, ...(only === undefined ? {} : { only }) })
}

/** Reads options that say what is wanted. @throws UsageError for those that contradict each other */
function wantedOf(values: CommandValues, [only, ...others]: readonly string[]): Omit<Wanted, 'site'> {
  if (others.length > 0) throw new UsageError('say one experience, or none for all of them')
  const file = textOf(values, 'html')
  const forms = [values['json'] === true && 'json', values['csv'] === true && 'csv', file !== undefined && 'html']
  const [form = 'table', ...more] = forms.filter((one) => one !== false) as Wanted['form'][]
  if (more.length > 0) throw new UsageError('say one of --json, --csv and --html')
  if (values['watch'] === true && form === 'html')
    throw new UsageError('--watch shows a table, JSON or CSV: a page is of one moment')
  const interval = values['fixed'] === true ? 'fixed' : 'always_valid'
  return { only, interval, form, file: file === '-' ? undefined : file }
}

async function watch(io: CommandIo, show: () => void): Promise<void> {
  let isEnded = false
  void io.ended.then(() => (isEnded = true))
  while (!isEnded) {
    show()
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, WATCH_EVERY_MS)
    await Promise.race([promise, io.ended]).finally(() => clearTimeout(timer))
  }
}

async function rebuild(dataDirectory: string, io: CommandIo): Promise<void> {
  if (!existsSync(join(dataDirectory, 'log')))
    throw new UsageError(`no log in ${dataDirectory}: give --data of a service that has run and owns the log`)
  const bytes = await rebuildReportsIn(dataDirectory, io)
  io.stderr.write(`${bytes.toLocaleString('en')} bytes of the log are counted anew\n`)
}

/** `report`: says what experiences have earned, and refuses to say what it cannot know. Reads beside a service that runs. */
export const report: Command = {
  operands: '[EXPERIENCE]',
  options: {
    site: { type: 'string', value: 'NAME', help: 'needed with several sites' },
    fixed: {
      type: 'boolean',
      help: 'intervals for one look at a time that was set before; default: for looking every day',
    },
    csv: { type: 'boolean', help: 'a row for each experience, goal and variant, for spreadsheets' },
    html: { type: 'string', value: 'FILE', help: 'a page with plots, which needs no network; - for standard output' },
    rebuild: { type: 'boolean', help: 'count all of the log anew first; no service may run on it' },
    watch: { type: 'boolean', help: 'again and again, until it is asked to end' },
    data: serviceOptions['data'] as (typeof serviceOptions)[string],
  },
  async run(values, io, operands) {
    const dataDirectory = directoryOf(values, io.env)
    const choice = wantedOf(values, operands)
    if (values['rebuild'] === true) await rebuild(dataDirectory, io)
    const tallies = await openBeside(dataDirectory)
    try {
      const wanted = { ...choice, site: siteOf(tallies, values) }
      const width = io.stdout.columns ?? COLUMNS
      const text = (): string => textOfReport(reportOf(tallies, wanted), wanted, width)
      if (wanted.file !== undefined) {
        await writeFile(wanted.file, text())
        io.stderr.write(`the report is in ${printable(wanted.file)}: open it in a browser\n`)
      } else if (values['watch'] === true) {
        const isScreen = wanted.form === 'table' && io.stdout.isTTY === true
        await watch(io, () => io.stdout.write((isScreen ? CLEAR : '') + text()))
      } else io.stdout.write(text())
    } finally {
      await tallies.close()
    }
  },
}
