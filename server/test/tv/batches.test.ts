import { createTimeline, type SpotAiring, type Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import { batchesOf, MAX_BATCH_BYTES } from '../../src/tv/batches.ts'

const bytesOf = (batch: Statement[]): number => Buffer.byteLength(JSON.stringify(batch))

function statement(count: number, title: string): Statement {
  const airings = Array.from({ length: count }, (_none, at) => ({ programme: title, title, fromMs: at, toMs: at + 1 }))
  return { feed: 'one', source: 'schedule', range: { fromMs: 0, toMs: count }, airings }
}

async function* each(statements: Statement[]) {
  for (const one of statements) yield await Promise.resolve(one)
}

async function batches(statements: Statement[], maxBytes?: number): Promise<Statement[][]> {
  const all: Statement[][] = []
  for await (const batch of batchesOf(each(statements), maxBytes)) all.push(batch)
  return all
}

test('statements go together into bodies of a bounded size, in their order', async () => {
  const statements = Array.from({ length: 40 }, (_none, at) => statement(300, `${at}`))
  const all = await batches(statements)
  expect(all.flat()).toEqual(statements)
  expect(all.length).toBeGreaterThan(2)
  expect(Math.max(...all.map(bytesOf))).toBeLessThanOrEqual(MAX_BATCH_BYTES)
})

test('a statement that is too large is divided, and the ranges abut', async () => {
  const large = statement(500, 'ü'.repeat(400))
  const parts = (await batches([large])).flat()
  expect(parts.length).toBeGreaterThan(2)
  expect(parts.flatMap(({ airings = [] }) => airings)).toEqual(large.airings)
  const edges = parts.flatMap(({ range }) => (range ? [range.fromMs, range.toMs] : []))
  expect([edges[0], edges.at(-1)]).toEqual([0, 500])
  expect(edges.slice(1, -1).filter((_edge, at) => at % 2 === 0)).toEqual(
    edges.slice(2).filter((_edge, at) => at % 2 === 0),
  )
  expect(Math.max(...parts.map((part) => bytesOf([part])))).toBeLessThanOrEqual(MAX_BATCH_BYTES)
})

test('a statement of which many items begin at once is divided without taking any of them back', async () => {
  const spotsOf = (count: number, together: number): SpotAiring[] =>
    Array.from({ length: count }, (_none, at) => {
      const fromMs = Math.floor(at / together) * 60_000
      return { spot: `spot-${at}`, product: 'p'.repeat(190), fromMs, toMs: fromMs + 30_000 }
    })
  for (const together of [1, 2, 3, 7, 59, 60]) {
    const large: Statement = {
      ...{ feed: 'one', source: 'as-run', range: { fromMs: 0, toMs: 3_600_000 } },
      spots: spotsOf(60, together),
    }
    const parts = (await batches([large], 2_000)).flat()
    expect(parts.length).toBeGreaterThan(6)
    const timeline = createTimeline()
    for (const [index, part] of parts.entries()) timeline.state(part, index + 1)
    expect(timeline.of(`product:${'p'.repeat(190)}`).items).toHaveLength(60)
  }
})

test('what cannot be divided goes as it is, and no body has more than 500 statements', async () => {
  const single = statement(1, 'x'.repeat(1_000))
  expect(await batches([single, single], 500)).toEqual([[single], [single]])
  const all = await batches(Array.from({ length: 1_001 }, () => statement(0, '')))
  expect(all.map((batch) => batch.length)).toEqual([500, 500, 1])
})
