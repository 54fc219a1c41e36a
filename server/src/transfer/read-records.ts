import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { MAX_LINE_BYTES } from './read-lines.ts'
import type { Row } from './row.ts'

/** Lines that one record may have: a quote that is never closed takes no more of the file with it while its end is looked for. */
const MAX_RECORD_LINES = 200

const problems: { readonly [code: string]: string } = {
  CSV_QUOTE_NOT_CLOSED: 'has a quote that is not closed',
  INVALID_OPENING_QUOTE: 'has a quote within a value that does not begin with one',
  CSV_INVALID_CLOSING_QUOTE: 'has a quote that is closed before the end of its value',
}

/** The values of one record. */
function parseRecord(text: string, delimiter: string): Pick<Row<string[]>, 'content' | 'problem'> {
  // Without quotes there is nothing to parse, and a parser for each record costs 40 µs.
  if (!text.includes('"')) return { content: text.split(delimiter) }
  try {
    const [content = []] = parse(text, { delimiter, relax_column_count: true }) as string[][]
    return { content }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { problem: problems[error.code] ?? 'is no record of a CSV file' }
  }
}

function countQuotes(text: string): number {
  let count = 0
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++
  return count
}

/** Lines, of which those that were read too far can be given back. */
function createLineQueue(lines: AsyncIterable<Row<string>>) {
  const iterator = lines[Symbol.asyncIterator]()
  let waiting: Row<string>[] = []
  return {
    async next(): Promise<Row<string> | undefined> {
      const first = waiting.shift()
      if (first) return first
      const { value, done } = await iterator.next()
      return done === true ? undefined : (value as Row<string>)
    },
    giveBack(some: readonly Row<string>[]): void {
      waiting = [...some, ...waiting]
    },
  }
}

type LineQueue = ReturnType<typeof createLineQueue>

/** The first line and those that belong to it while a quote is open (RFC 4180, 2.6). */
async function gather(first: Row<string>, queue: LineQueue): Promise<Row<string>[]> {
  const rows = [first]
  let quotes = countQuotes(first.text)
  let length = first.text.length
  while (quotes % 2 === 1 && rows.length < MAX_RECORD_LINES && length < MAX_LINE_BYTES) {
    const next = await queue.next()
    if (!next) break
    rows.push(next)
    if (next.problem !== undefined) break
    quotes += countQuotes(next.text)
    length += next.text.length
  }
  return rows
}

/**
 * The records of a CSV file. Where one cannot be read, its first line is the bad one, and the next line begins another: one stray
 * quote costs one line.
 */
export async function* readRecords(
  lines: AsyncIterable<Row<string>>,
  delimiter: string,
): AsyncGenerator<Row<string[]>> {
  const queue = createLineQueue(lines)
  for (let first = await queue.next(); first; first = await queue.next()) {
    const { content, ...bad } = first
    if (content === undefined) yield bad
    else if (content.trim() !== '') {
      const rows = await gather(first, queue)
      const text = rows.map((row) => row.text).join('\n')
      const parsed = parseRecord(text, delimiter)
      if (parsed.content) yield { line: first.line, text, end: (rows.at(-1) as Row<string>).end, ...parsed }
      else {
        queue.giveBack(rows.slice(1))
        yield { ...bad, ...parsed }
      }
    }
  }
}
