import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, type CommandIo, type CommandValues, textOf, UsageError } from '../command.ts'
import { recordJson, recordLine } from '../log-line.ts'
import { printable } from '../printable.ts'
import { filterOptions, readFilter } from '../record-filter.ts'
import { readConfig, serviceOptions } from '../settings.ts'
import { createSteadyOutput } from '../steady-output.ts'
import { tailLog, type TailOptions } from '../tail-log.ts'

const LINES = 10

/** They are kept until all of them are found. */
const MAX_LINES = 10_000

const UNITS_MS: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function sinceMsOf(text: string, nowMs: number): number {
  const [, amount, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? []
  const sinceMs = amount === undefined ? Date.parse(text) : nowMs - Number(amount) * (UNITS_MS[unit] as number)
  if (Number.isNaN(sinceMs))
    throw new UsageError(
      '--since must be a time such as 30s, 10m, 2h or 7d, or an instant such as 2026-12-24T18:00:00Z',
    )
  return sinceMs
}

function fromOf(values: CommandValues): TailOptions['from'] {
  const [since, lines] = [textOf(values, 'since'), textOf(values, 'lines')]
  if (since !== undefined && lines !== undefined) throw new UsageError('say --since or --lines, not both')
  if (since !== undefined) return { sinceMs: sinceMsOf(since, Date.now()) }
  const count = Number(lines ?? LINES)
  if (!/^\d{1,5}$/.test(lines ?? '0') || count > MAX_LINES) throw new UsageError(`--lines must be 0 to ${MAX_LINES}`)
  return { lines: count }
}

function directoryOf(values: CommandValues, env: CommandIo['env']): string {
  const { dataDirectory } = readConfig(values, env, { catalogs: [], dataDirectory: './.prepaint' })
  const directory = join(dataDirectory, 'log')
  if (!existsSync(directory))
    throw new UsageError(`no log in ${dataDirectory}: give --data of a service that has run and owns the log`)
  return directory
}

/** `tail`: shows the events of the log, as they come. Reads beside a service that runs. */
export const tail: Command = {
  options: {
    ...filterOptions,
    since: { type: 'string', value: 'TIME', help: 'all that was taken in since: 30s, 10m, 2h, 7d, or an instant' },
    lines: { type: 'string', value: 'N', help: `so many of the last ones, default ${LINES}` },
    follow: { type: 'boolean', short: 'f', help: 'go on with what comes, until it is asked to end' },
    data: serviceOptions['data'] as (typeof serviceOptions)[string],
  },
  async run(values, io) {
    const isJson = values['json'] === true
    const [filter, from, directory] = [readFilter(values), fromOf(values), directoryOf(values, io.env)]
    let isEnded = false
    let end = (): void => undefined
    const ended = new Promise<void>((resolve) => {
      end = () => {
        isEnded = true
        resolve()
      }
    })
    void io.ended.then(end)
    const output = createSteadyOutput(io, end)
    await tailLog({
      directory,
      filter,
      from,
      follows: values['follow'] === true,
      show: (record, offset) => output.write(isJson ? recordJson(record, offset) : recordLine(record)),
      onShown: output.flush,
      onProblem: (problem) => io.stderr.write(`prepaint-server: ${printable(problem)}\n`),
      isEnded: () => isEnded,
      wait(ms) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const timer = setTimeout(resolve, ms)
        return Promise.race([promise, ended]).finally(() => clearTimeout(timer))
      },
    })
  },
}
