import type { EventLog } from '../streams/log.ts'
import { encodeRecord, type StoredRecord } from './record.ts'

/** Where records are handed in: the log, or the service that owns it. */
export interface EventSink {
  /**
   * Resolves once all of them are on disk.
   * @throws LogError when they are not, or nobody knows.
   */
  append(records: readonly StoredRecord[]): Promise<void>
}

/** A log of one's own. */
export function sinkOf(log: EventLog): EventSink {
  return {
    async append(records) {
      await log.append(records.map(encodeRecord))
    },
  }
}

/** The same sink, which tells of each record that is on disk before `append` resolves. */
export function tellAppends(sink: EventSink, onAppended: (site: string, visitorId: string) => void): EventSink {
  return {
    async append(records) {
      await sink.append(records)
      for (const { site, visitorId } of records) onAppended(site, visitorId)
    },
  }
}
