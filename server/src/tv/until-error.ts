import type { Statement } from 'prepaint/engine'
import { TvInputError } from './finding.ts'
import type { FindingList } from './finding-list.ts'

/** Notes an error of the input as its last finding; all before it was read. */
export async function* untilError(
  statements: AsyncIterable<Statement>,
  findings: Pick<FindingList, 'add'>,
): AsyncGenerator<Statement> {
  try {
    yield* statements
  } catch (error) {
    if (!(error instanceof TvInputError)) throw error
    const { code, line, message } = error
    findings.add({ code, message, ...(line === undefined ? {} : { line }) })
  }
}
