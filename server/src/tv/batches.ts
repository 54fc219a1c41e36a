import type { Statement } from 'prepaint/engine'

/** Most of a body, in bytes: half of what the service takes, so that what stands around it has room. */
export const MAX_BATCH_BYTES = 256_000

/** Statements of a body, as many as the service takes. */
const MAX_BATCH_STATEMENTS = 500

/** Items of a statement with the name of their list. */
const LISTS = ['airings', 'breaks', 'spots'] as const

const sizeOf = (statement: Statement): number => Buffer.byteLength(JSON.stringify(statement)) + 1

/** Halves a statement with one list: two whose ranges abut. */
function halves(statement: Statement): Statement[] {
  const [name, ...others] = LISTS.filter((list) => statement[list] !== undefined)
  const items = name === undefined ? [] : (statement[name] ?? [])
  if (name === undefined || others.length > 0 || items.length < 2) return [statement]
  const middle = Math.ceil(items.length / 2)
  const { range, ...rest } = statement
  const edgeMs = items[middle]?.fromMs ?? 0
  return [
    { ...rest, ...(range ? { range: { ...range, toMs: edgeMs } } : {}), [name]: items.slice(0, middle) },
    { ...rest, ...(range ? { range: { ...range, fromMs: edgeMs } } : {}), [name]: items.slice(middle) },
  ]
}

function inSize(statement: Statement, maxBytes: number): Statement[] {
  if (sizeOf(statement) <= maxBytes) return [statement]
  const parts = halves(statement)
  return parts.length === 1 ? parts : parts.flatMap((part) => inSize(part, maxBytes))
}

/** Puts statements together to bodies of a bounded size; one that is too large by itself is divided. */
export async function* batchesOf(
  statements: AsyncIterable<Statement>,
  maxBytes = MAX_BATCH_BYTES,
): AsyncGenerator<Statement[]> {
  let batch: Statement[] = []
  let sizeBytes = 0
  for await (const whole of statements) {
    for (const statement of inSize(whole, maxBytes)) {
      const ownBytes = sizeOf(statement)
      if (batch.length > 0 && (sizeBytes + ownBytes > maxBytes || batch.length >= MAX_BATCH_STATEMENTS)) {
        yield batch
        batch = []
        sizeBytes = 0
      }
      batch.push(statement)
      sizeBytes += ownBytes
    }
  }
  if (batch.length > 0) yield batch
}
