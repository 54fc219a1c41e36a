import { readFile } from 'node:fs/promises'
import { type ColumnMap, ColumnMapError, parseColumnMap } from '../../history/column-map.ts'
import { type ImportedFile, importFile, type ImportTarget } from '../../history/import-file.ts'
import type { RowProblem } from '../../history/import-history.ts'
import { createSender } from '../../history/send-messages.ts'
import { type FileFormat, formatOf } from '../../transfer/source-file.ts'
import { type Command, type CommandIo, type CommandValues, textOf, UsageError } from '../command.ts'
import { printable } from '../printable.ts'
import { createProgressBar, type ProgressBar } from '../progress-bar.ts'
import { postOptions, servicePostOf } from '../service-post.ts'
import { waitFor } from '../wait-for.ts'

/** Rows that are no events, of which the answer in JSON has the reasons. */
const MAX_TOLD = 100

const MAX_PROBLEMS = 1_000

function fileOf(operands: readonly string[]): { path: string; format: FileFormat } {
  const [path = '', ...others] = operands
  const format = formatOf(path)
  if (others.length > 0 || !format)
    throw new UsageError('say which file: FILE.ndjson, FILE.csv or FILE.tsv, each also with .gz')
  return { path, format }
}

async function mapOf(values: CommandValues, { kind }: FileFormat): Promise<ColumnMap | undefined> {
  const file = textOf(values, 'map')
  if (file === undefined) return undefined
  if (kind !== 'csv') throw new UsageError('--map is for CSV files')
  try {
    return parseColumnMap(await readFile(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`--map ${file}: ${(error as Error).message}`)
  }
}

function maxProblemsOf(values: CommandValues): number {
  if (values['dry-run'] === true) return Infinity
  const text = textOf(values, 'max-problems') ?? String(MAX_PROBLEMS)
  if (!/^\d{1,9}$/.test(text)) throw new UsageError('--max-problems must be a number')
  return Number(text)
}

interface Run {
  io: CommandIo
  isEnded: () => boolean
  say: (text: string) => void
}

async function targetOf(values: CommandValues, path: string, { io, isEnded, say }: Run): Promise<ImportTarget> {
  const { site, url, post } = await servicePostOf(values, io.env, '/v1/batch')
  const send = createSender({
    post,
    wait: (ms) => waitFor(ms, io.ended),
    isEnded,
    onWait: (reason) => say(`waiting: ${printable(reason)}`),
  })
  return { site, url, send, stateFile: textOf(values, 'state') ?? `${path}.${site}.import.json` }
}

function summaryOf({ run, total, linesBefore }: ImportedFile, isDry: boolean): string {
  const number = (value: number): string => value.toLocaleString('en')
  const { accepted, denied, problems } = total
  if (isDry) return `${number(accepted)} events are good, ${number(problems)} lines are none; nothing was sent`
  const left = [
    ...(problems > 0 ? [`${number(problems)} lines are no events`] : []),
    ...(denied > 0 ? [`${number(denied)} are denied by their own consent fields`] : []),
  ]
  const before = linesBefore > 0 ? `, going on behind line ${number(linesBefore)}` : ''
  const end = run.isWhole ? '' : '\nnot all of the file: the next run goes on from here'
  return [`${number(accepted)} events are imported${before}`, ...left].join('; ') + end
}

/** Says something between two pictures of the bar. */
function createVoice({ stderr }: CommandIo): (text: string) => void {
  const clear = stderr.isTTY === true ? '\r\u001b[K' : ''
  return (text) => stderr.write(`${clear}${text}\n`)
}

async function runImport(
  values: CommandValues,
  run: Run,
  operands: readonly string[],
  bar: ProgressBar,
): Promise<number> {
  const { path, format } = fileOf(operands)
  const isDry = values['dry-run'] === true
  const map = await mapOf(values, format)
  const told: RowProblem[] = []
  const imported = await importFile({
    path,
    format,
    ...(map ? { map } : {}),
    ...(isDry ? {} : { target: await targetOf(values, path, run) }),
    now: Date.now,
    maxProblems: maxProblemsOf(values),
    isEnded: run.isEnded,
    onProblem(problem) {
      if (told.length < MAX_TOLD) told.push(problem)
      if (!isDry || told.at(-1) === problem) run.say(`${path}:${problem.line}: ${printable(problem.reason)}`)
    },
    onProgress: ({ accepted, share }) => bar.show({ step: isDry ? 'reading' : 'importing', count: accepted, share }),
  })
  bar.end()
  const { isWhole } = imported.run
  const answer = { ...imported.total, isWhole, linesBefore: imported.linesBefore, firstProblems: told }
  run.io.stdout.write(values['json'] === true ? `${JSON.stringify(answer)}\n` : `${summaryOf(imported, isDry)}\n`)
  return isWhole && imported.run.problems === 0 ? 0 : 1
}

/** `import`: brings what a brand knows already to a running service. */
export const importCommand: Command = {
  operands: 'FILE',
  options: {
    ...postOptions,
    map: { type: 'string', value: 'FILE', help: 'YAML or JSON: which column of a CSV file is which field' },
    'dry-run': { type: 'boolean', help: 'read all of it, send nothing, say how many lines are good and which are not' },
    'max-problems': {
      type: 'string',
      value: 'N',
      help: `end when more lines than this are no events, default ${MAX_PROBLEMS}`,
    },
    state: {
      type: 'string',
      value: 'FILE',
      help: 'how far it has come, default FILE.SITE.import.json beside the file',
    },
  },
  async run(values, io, operands) {
    let isEnded = false
    void io.ended.then(() => (isEnded = true))
    const bar = createProgressBar(io, 'events')
    try {
      return await runImport(values, { io, isEnded: () => isEnded, say: createVoice(io) }, operands, bar)
    } catch (error) {
      bar.end()
      throw error instanceof ColumnMapError ? new UsageError(error.message) : error
    }
  },
}
