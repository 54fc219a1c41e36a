import type { Statement } from 'prepaint/engine'

/** Most of a body, in bytes: half of what the service takes, so that what stands around it has room. */
export const MAX_BATCH_BYTES = 256_000

/** Statements of a body, as many as the service takes. */
const MAX_BATCH_STATEMENTS = 500

/** Items of a statement with the name of their list. */
const LISTS = ['airings', 'breaks', 'spots'] as const

const sizeOf = (statement: Statement): number => Buffer.byteLength(JSON.stringify(statement)) + 1

/** Returns the place, nearest to the middle, of an item that starts with none before it; undefined if all start at once. */
function edgeOf(items: readonly { fromMs: number }[]): number | undefined {
  const middle = Math.ceil(items.length / 2)
  const isEdge = (at: number): boolean => at < items.length && items[at - 1]?.fromMs !== items[at]?.fromMs
  for (let distance = 0; distance < middle; distance++) {
    const edge = [middle - distance, middle + distance].find(isEdge)
    if (edge !== undefined) return edge
  }
  return undefined
}

/**
 * Halves a statement with one list: two whose ranges abut. A range takes back what was said of its first instant: items that all start at
 * once are said in the whole range, and the second half of them is added without one.
 */
function halves(statement: Statement): Statement[] {
  const [name, ...others] = LISTS.filter((list) => statement[list] !== undefined)
  const items = name === undefined ? [] : (statement[name] ?? [])
  if (name === undefined || others.length > 0 || items.length < 2) return [statement]
  const { range, ...rest } = statement
  const edge = range && edgeOf(items)
  const middle = edge ?? Math.ceil(items.length / 2)
  const edgeMs = edge === undefined ? undefined : items[edge]?.fromMs
  const first = range && { range: edgeMs === undefined ? range : { ...range, toMs: edgeMs } }
  const second = range && edgeMs !== undefined && { range: { ...range, fromMs: edgeMs } }
  return [
    { ...rest, ...first, [name]: items.slice(0, middle) },
    { ...rest, ...second, [name]: items.slice(middle) },
  ]
}

function inSize(statement: Statement, maxBytes: number): Statement[] {
  if (sizeOf(statement) <= maxBytes) return [statement]
  const parts = halves(statement)
  return parts.length === 1 ? parts : parts.flatMap((part) => inSize(part, maxBytes))
}

/** Puts statements together to bodies of a bounded size; one that is too large by itself is divided. */
export async function* batchesOf(
  statements: AsyncIterable<Statement> | Iterable<Statement>,
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
