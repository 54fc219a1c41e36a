import { type EventLog, LogError } from '../streams/log.ts'
import { encodeRecord, isAboutVisitor, type StoredRecord } from './record.ts'

/** Sink of records: the log, or the service that owns it. */
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
      for (const record of records) if (isAboutVisitor(record)) onAppended(record.site, record.visitorId)
    },
  }
}

/** The same sink, which takes no visitor's event while there is too little room on the disk; the service's own records it does. */
export function whileThereIsRoom(sink: EventSink, isLow: () => boolean): EventSink {
  return {
    async append(records) {
      if (isLow() && records.some(({ kind }) => kind === 'event'))
        throw new LogError('the disk is nearly full: free some of it')
      await sink.append(records)
    },
  }
}
