import { type Fields, fieldsOf } from '../ingest/as-meant.ts'
import type { Row } from '../transfer/row.ts'

function parse(text: string): Pick<Row<Fields>, 'content' | 'problem'> {
  try {
    const content = fieldsOf(JSON.parse(text))
    return content ? { content } : { problem: 'is no JSON object' }
  } catch (error) {
    // Its message quotes the text, which may be somebody's data.
    return { problem: error instanceof SyntaxError ? 'is no JSON' : 'is nested too deeply' }
  }
}

/** The objects of a file with one JSON object a line. Blank lines say nothing. */
export async function* readObjects(lines: AsyncIterable<Row<string>>): AsyncGenerator<Row<Fields>> {
  for await (const { content, ...row } of lines) {
    if (content === undefined) yield row
    else if (content.trim() !== '') yield { ...row, ...parse(content) }
  }
}
