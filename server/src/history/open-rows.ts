import type { Fields } from '../ingest/as-meant.ts'
import { delimiterOf } from '../transfer/delimiter.ts'
import { readLines } from '../transfer/read-lines.ts'
import { readRecords } from '../transfer/read-records.ts'
import { type Place, type Row, START } from '../transfer/row.ts'
import type { FileFormat, SourceFile } from '../transfer/source-file.ts'
import { type ColumnMap, ColumnMapError } from './column-map.ts'
import { readObjects } from './read-objects.ts'
import { createRecordReader, type ReadRecord } from './record-fields.ts'

/** The first line that says something, with the delimiter that it is written with. */
async function readHeader(source: SourceFile, { delimiter }: FileFormat, map?: ColumnMap) {
  const ofMap = map?.delimiter ?? delimiter
  for await (const { text, problem } of readLines(source.chunks(START))) {
    if (problem !== undefined) throw new ColumnMapError(`the first line ${problem}`)
    if (text.trim() !== '') return { delimiter: ofMap ?? delimiterOf(text) }
  }
  return undefined
}

async function* fieldsOfRecords(
  records: AsyncIterable<Row<string[]>>,
  readRecord: ReadRecord,
): AsyncGenerator<Row<Fields>> {
  for await (const { content, ...row } of records) {
    const read = content ? readRecord(content) : undefined
    if (!read) yield row
    else if ('problem' in read) yield { ...row, problem: read.problem }
    else yield { ...row, content: read.message }
  }
}

async function* openRecords(
  source: SourceFile,
  format: FileFormat,
  map: ColumnMap | undefined,
  from: Place,
): AsyncGenerator<Row<Fields>> {
  const header = await readHeader(source, format, map)
  if (!header) return
  const first = await readRecords(readLines(source.chunks(START)), header.delimiter).next()
  const { content, problem, end } = first.value as Row<string[]>
  if (!content) throw new ColumnMapError(`the first line ${problem ?? 'names no columns'}`)
  const readRecord = createRecordReader(
    content.map((column) => column.trim()),
    map,
  )
  const start = from.offset > end.offset ? from : end
  yield* fieldsOfRecords(readRecords(readLines(source.chunks(start), start), header.delimiter), readRecord)
}

/**
 * The rows of a file behind a place, as messages in the words of Segment's specification.
 * @throws ColumnMapError while it is read, if the first line and the map do not fit each other
 */
export function openRows(
  source: SourceFile,
  format: FileFormat,
  map: ColumnMap | undefined,
  from: Place,
): AsyncGenerator<Row<Fields>> {
  if (format.kind === 'csv') return openRecords(source, format, map, from)
  return readObjects(readLines(source.chunks(from), from))
}
