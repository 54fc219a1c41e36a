import type { WallClock } from '../clock.ts'
import type { Fields } from '../ingest/as-meant.ts'
import type { Place, Row } from '../transfer/row.ts'
import type { Counts } from './import-state.ts'
import { pastMessage } from './past-message.ts'
import type { SendMessages, SentMessage } from './send-messages.ts'

/** Events in a batch: fewer than the messages that a profile remembers, so that one that is sent again is counted once. */
const MAX_BATCH_EVENTS = 250

/** Length of a batch as JSON, in characters; the service takes 512,000 bytes. */
const MAX_BATCH_LENGTH = 160_000

/** Rows after which a batch is closed, however few events are in it: else a file of bad lines would have no progress. */
const MAX_BATCH_ROWS = 5_000

/** A row that is no event. */
export interface RowProblem {
  line: number
  reason: string
}

/** Dependencies of an import. */
export interface ImportOptions {
  rows: AsyncIterable<Row<Fields>>
  /** Absent for a dry run. */
  send?: SendMessages
  now: WallClock
  /** Ends the import when there are more. */
  maxProblems: number
  isEnded(): boolean
  onProblem(problem: RowProblem): void
  /** Called when all up to a place is on the service's disk, with the numbers of this run. */
  onBatch(place: Place, counts: Readonly<Counts>): Promise<void>
}

/** Numbers of a run, and true for `isWhole` if it has come to the end of the file. */
export interface Imported extends Counts {
  isWhole: boolean
}

/** Too many rows are no events: something is wrong with the file, or with its map. */
export class TooManyProblemsError extends Error {
  override readonly name = 'TooManyProblemsError'
}

interface Pending {
  messages: SentMessage[]
  length: number
  rows: number
}

const nothingPending = (): Pending => ({ messages: [], length: 0, rows: 0 })

function isFull({ messages, length, rows }: Pending): boolean {
  return messages.length >= MAX_BATCH_EVENTS || length >= MAX_BATCH_LENGTH || rows >= MAX_BATCH_ROWS
}

/**
 * Brings the events of a file to a service, batch by batch: the next one is sent when the one before is on its disk and noted. A run
 * that is killed anywhere has sent no more than one batch that is not noted.
 * @throws SendError and TooManyProblemsError
 */
export async function importHistory(options: ImportOptions): Promise<Imported> {
  const { rows, send, now, maxProblems, isEnded, onProblem, onBatch } = options
  const counts: Counts = { accepted: 0, denied: 0, problems: 0 }
  let pending = nothingPending()

  function report(line: number, reason: string): void {
    counts.problems++
    onProblem({ line, reason })
    if (counts.problems > maxProblems)
      throw new TooManyProblemsError(
        `more than ${maxProblems} lines are no events: look at them, or allow more by --max-problems`,
      )
  }

  function add({ line, text, content, problem }: Row<Fields>): void {
    pending.rows++
    const past = content ? pastMessage(content, text, now()) : { problem: problem ?? '' }
    if ('problem' in past) return report(line, past.problem)
    pending.messages.push({ line, message: past.message })
    pending.length += JSON.stringify(past.message).length
  }

  /** False if it was told to end. */
  async function flush(place: Place): Promise<boolean> {
    if (isEnded()) return false
    const { messages } = pending
    pending = nothingPending()
    const results = send && messages.length > 0 ? await send(messages) : []
    if (!results) return false
    if (!send) counts.accepted += messages.length
    for (const { result, line, reason } of results) {
      if (result === 'invalid') report(line, reason ?? '')
      else counts[result]++
    }
    await onBatch(place, counts)
    return true
  }

  let place: Place | undefined
  for await (const row of rows) {
    add(row)
    place = row.end
    if (isFull(pending) && !(await flush(place))) return { ...counts, isWhole: false }
  }
  const isWhole = place === undefined || (await flush(place))
  return { ...counts, isWhole }
}
