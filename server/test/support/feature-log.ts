import type { Feature, FeatureDefinition } from 'prepaint/engine'
import { compileRegex } from '../../src/catalog/regex.ts'
import { createDecoder } from '../../src/consumers/decoder.ts'
import { createProfileProjection } from '../../src/consumers/profiles/profile-projection.ts'
import { encodeRecord, type EventRecord, type FeaturesRecord, type StoredRecord } from '../../src/ingest/record.ts'
import { encodeProfile } from '../../src/profiles/codec.ts'
import type { Definitions } from '../../src/profiles/features/definitions.ts'
import type { ProfileStore } from '../../src/stores/store.ts'
import type { EventLog, LogEntry, LogRecord } from '../../src/streams/log.ts'

/** Instant of the first event, in ms since 1970. */
export const START_MS = Date.UTC(2026, 10, 21)

/** An event of a visitor; those of one number are the same message. */
export function viewed(number: number, visitorId: string, event = 'Viewed', properties = {}): EventRecord {
  const atMs = START_MS + number * 60_000
  const message = { type: 'track', event, messageId: `m${number}`, timestamp: '', properties } as const
  return { kind: 'event', site: 'site', visitorId, receivedMs: atMs, atMs, event: message }
}

/** A feature whose id is its name. */
export function feature(id: string, definition: FeatureDefinition): Feature {
  return { id, definition }
}

/** Counts an event within a week. */
export function counting(id: string, event = 'Viewed'): Feature {
  return feature(id, { kind: 'count', event, withinMs: 7 * 86_400_000 })
}

/** A record that declares all features of the site. */
export function declaring(features: FeaturesRecord['features'], receivedMs = START_MS): FeaturesRecord {
  return { kind: 'features', site: 'site', receivedMs, features }
}

/** A log in memory; `begin` is where it begins. */
export function memoryLog(
  records: readonly (StoredRecord | LogRecord)[],
  begin = 0,
): EventLog & { entries: LogEntry[] } {
  const entries: LogEntry[] = []
  let end = begin
  const add = (record: StoredRecord | LogRecord): void => {
    const stored = 'payload' in record ? record : encodeRecord(record)
    const nextOffset = end + 36 + stored.payload.length
    entries.push({ ...stored, offset: end, nextOffset })
    end = nextOffset
  }
  for (const record of records) add(record)
  return {
    entries,
    begin,
    get end() {
      return end
    },
    async append(more) {
      const offset = end
      for (const record of more) add(record)
      return offset
    },
    async *read(offset) {
      yield* entries.filter((entry) => entry.offset >= offset)
    },
    onAppend: () => () => undefined,
    close: async () => undefined,
  }
}

/** Profiles as a projection of a log, without the way through it. */
export function openProjection(log: EventLog, store: ProfileStore) {
  const problems: string[] = []
  const state: { definitions: Definitions } = { definitions: new Map() }
  const options = { onProblem: (problem: string): unknown => problems.push(problem) }
  const onDefinitions = (changed: Definitions): unknown => (state.definitions = changed)
  const projection = createProfileProjection({ ...options, log, store, compileRegex, onDefinitions })
  return { projection, decode: createDecoder(1, options), problems, state }
}

/** Outcome of folding a log. */
export interface FoldedLog {
  problems: string[]
  definitions: Definitions
}

/** Folds what a store lacks of a log, in batches of so many entries; `upTo` breaks off behind so many batches. */
export async function foldInBatches(
  log: EventLog & { entries: LogEntry[] },
  store: ProfileStore,
  size: number,
  upTo = Infinity,
): Promise<FoldedLog> {
  const { projection, decode, problems, state } = openProjection(log, store)
  const { from } = await projection.resume()
  const rest = log.entries.filter(({ offset }) => offset >= from)
  for (let start = 0, batch = 0; start < rest.length && batch < upTo; start += size, batch++) {
    const entries = rest.slice(start, start + size)
    await projection.apply(decode(entries), entries.at(-1)?.nextOffset ?? from, () => undefined)
  }
  return { problems, definitions: state.definitions }
}

/** Bytes of the rows of some visitors. */
export async function rowsIn(store: ProfileStore, visitorIds: readonly string[]): Promise<(string | undefined)[]> {
  const bases = await Promise.all(visitorIds.map((visitorId) => store.base('site', visitorId)))
  return bases.map((base) => base?.profile && encodeProfile(base.profile).toString('latin1'))
}
