import { readFile } from 'node:fs/promises'
import { type LogMap, parseLogMap } from '../tv/csv/log-map.ts'
import type { TvFileOptions } from '../tv/read-file.ts'
import { type CommandOption, type CommandValues, textOf, UsageError } from './command.ts'
import { readTvFeeds } from './tv-feeds.ts'

/** Options of the commands that read airing data. */
export const tvOptions = {
  catalog: { type: 'string', value: 'FILE', help: 'with the feeds under `tv`: their zones and XMLTV ids' },
  feed: { type: 'string', value: 'NAME', help: 'feed of playlists and SCTE-35 messages, which do not name it' },
  source: { type: 'string', value: 'SOURCE', help: 'of a CSV log: as-run (default), or schedule for a plan' },
  map: { type: 'string', value: 'FILE', help: 'YAML or JSON: which column of a CSV log is what' },
  from: { type: 'string', value: 'INSTANT', help: 'of a CSV log: the start of the time of which it tells all' },
  to: { type: 'string', value: 'INSTANT', help: 'of a CSV log: the end of that time' },
  encoding: {
    type: 'string',
    value: 'NAME',
    help: 'of the file, such as latin1; default UTF-8, or what it says itself',
  },
  at: {
    type: 'string',
    value: 'INSTANT',
    help: 'the present of the file, default now: of playlists and messages without a time, and what is far from it is left out',
  },
} satisfies { [name: string]: CommandOption }

/** Options of reading that are the same for all files. */
export type TvReading = Omit<TvFileOptions, 'onFinding'>

/** Reads an option that is an instant. @throws UsageError */
export function tvInstantOf(values: CommandValues, name: string): number | undefined {
  const text = textOf(values, name)
  if (text === undefined) return undefined
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new UsageError(`--${name} must be an instant such as 2026-12-24T18:00:00Z`)
  return ms
}

function rangeOf(values: CommandValues): Pick<TvReading, 'range'> {
  const [fromMs, toMs] = [tvInstantOf(values, 'from'), tvInstantOf(values, 'to')]
  if (fromMs === undefined && toMs === undefined) return {}
  if (fromMs === undefined || toMs === undefined || toMs <= fromMs)
    throw new UsageError('--from and --to belong together, and --to is later')
  return { range: { fromMs, toMs } }
}

async function mapOf(values: CommandValues): Promise<{ map?: LogMap }> {
  const file = textOf(values, 'map')
  if (file === undefined) return {}
  try {
    return { map: parseLogMap(await readFile(file, 'utf8')) }
  } catch (error) {
    throw new UsageError(`--map ${file}: ${(error as Error).message}`)
  }
}

/**
 * Reads the options of reading airing data.
 * @throws UsageError
 */
export async function tvReadingOf(values: CommandValues, nowMs: number): Promise<TvReading> {
  const catalog = textOf(values, 'catalog')
  const [feed, encoding] = [textOf(values, 'feed'), textOf(values, 'encoding')]
  const source = textOf(values, 'source') ?? 'as-run'
  if (source !== 'as-run' && source !== 'schedule') throw new UsageError('--source must be as-run or schedule')
  const atMs = tvInstantOf(values, 'at')
  const feeds = catalog === undefined ? [] : await readTvFeeds(catalog)
  if (feed !== undefined && catalog !== undefined && !feeds.some(({ name }) => name === feed))
    throw new UsageError(`--feed ${feed}: there are ${feeds.map(({ name }) => name).join(', ')}`)
  return {
    ...{ feeds, source, nowMs: atMs ?? nowMs },
    ...(atMs === undefined ? {} : { atMs }),
    ...(feed === undefined ? {} : { feed }),
    ...(encoding === undefined ? {} : { encoding }),
    ...rangeOf(values),
    ...(await mapOf(values)),
  }
}
