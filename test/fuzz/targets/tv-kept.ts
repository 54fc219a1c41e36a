import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCheckpoint } from '../../../server/src/consumers/tv/checkpoint.ts'
import { createTimelines, type Timelines } from '../../../server/src/consumers/tv/timelines.ts'
import { decodeRecord, encodeRecord, KINDS, type TvRecord } from '../../../server/src/ingest/record.ts'
import { bytesOf, promise, type Target } from '../target.ts'

const nowMs = Date.UTC(2026, 10, 28)
const LOG_ID = 'log-1'

const record: TvRecord = {
  ...{ kind: 'tv', site: 'shop', receivedMs: nowMs },
  statements: [
    {
      ...{ feed: 'itv', source: 'schedule', range: { fromMs: nowMs, toMs: nowMs + 86_400_000 } },
      airings: [{ programme: 'p', title: 'P', genres: ['news'], fromMs: nowMs, toMs: nowMs + 3_600_000 }],
      breaks: [{ fromMs: nowMs + 60_000, toMs: nowMs + 180_000 }],
    },
    {
      ...{ feed: 'itv', source: 'as-run' },
      spots: [
        { spot: 'a', fromMs: nowMs, toMs: nowMs + 30_000, brand: 'constructor', areas: ['s/US-CA'] },
        { spot: 'toString', fromMs: nowMs, toMs: nowMs + 30_000, isCancelled: true },
      ],
    },
  ],
  switches: [{ scope: 'spot', name: 'a', isOff: true }],
}

const WORDS = [
  ...['statements', 'switches', 'feed', 'source', 'range', 'airings', 'breaks', 'spots', 'areas', 'isCancelled'],
  ...['as-run', 'cue', 'schedule', 'fromMs', 'toMs', 'scope', 'all', 'isOff', '4102444800000'],
]

const textOf = (one: TvRecord): string => Buffer.from(encodeRecord(one).payload).toString()

const fresh = (): Timelines => createTimelines({ now: () => nowMs, onProblem: () => undefined })

/** Applies records; what is kept of them then must make the same again. */
function useAll(records: readonly TvRecord[]): void {
  const timelines = fresh()
  for (const [index, one] of records.entries()) timelines.apply(one, index + 1)
  const kept = [...timelines.snapshot(nowMs)]
  const again = fresh()
  for (const one of kept) {
    const { kind } = decodeRecord({ kind: KINDS.tv, keyId: 0, payload: encodeRecord(one).payload })
    promise(kind === 'tv', `what is kept of TV is read as ${kind}`)
    again.apply(one, 1)
  }
  promise(again.size() === timelines.size(), `of ${timelines.size()} airings ${again.size()} are kept`)
}

/** A record of TV is read or refused; one that is read makes a timeline that can be kept. */
export function createTvRecordTarget(): Target {
  return {
    name: 'tv-record',
    seeds: [bytesOf(textOf(record))],
    words: WORDS,
    run(input) {
      let read: TvRecord
      try {
        read = decodeRecord({ kind: KINDS.tv, keyId: 0, payload: input }) as TvRecord
      } catch (error) {
        // Such an entry is passed over, and told.
        promise(
          error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError,
          String(error),
        )
        return
      }
      useAll([read])
    },
  }
}

/** The file of airings is used or told to be none; it never keeps a service from starting. */
export async function createAiringsTarget(): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'prepaint-fuzz-'))
  const path = join(directory, 'airings')
  const file = [
    JSON.stringify({ v: 1, logId: LOG_ID, offset: 512, revision: 256 }),
    textOf(record),
    textOf(record),
    'end',
  ]
  return {
    name: 'tv-airings',
    seeds: [bytesOf(file.join('\n'))],
    words: [...WORDS, '\n', 'end', 'logId', 'offset', 'revision'],
    async run(input) {
      await writeFile(path, input)
      const found = await readCheckpoint(path, LOG_ID, () => undefined)
      if (!found) return
      const { offset, revision } = found.at
      promise(Number.isSafeInteger(offset) && offset >= 0, `the place in the log is ${offset}`)
      promise(Number.isSafeInteger(revision) && revision >= 0, `the revision is ${revision}`)
      useAll(found.records)
    },
    close: () => rm(directory, { recursive: true }),
  }
}
