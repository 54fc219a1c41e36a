import type { Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import type { TvFinding } from '../../src/tv/finding.ts'
import { readXmltv } from '../../src/tv/xmltv/read-xmltv.ts'
import { tvFeeds } from '../support/tv-feeds.ts'

const FIRST_MS = Date.UTC(2026, 9, 1)
const MINUTE_MS = 60_000

const stamp = (ms: number): string => `${new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14)} +0000`

function programme(minute: number, filling = '', channel = 'one.uk'): string {
  const [start, stop] = [minute, minute + 1].map((at) => stamp(FIRST_MS + at * MINUTE_MS))
  return `<programme start="${start}" stop="${stop}" channel="${channel}"><title>${minute}</title>${filling}</programme>\n`
}

async function* documentOf(programmes: Iterable<string>) {
  yield '<tv>'
  for (const text of programmes) yield await Promise.resolve(text)
  yield '</tv>'
}

async function read(programmes: Iterable<string>, onStatement: (statement: Statement) => void): Promise<TvFinding[]> {
  const findings: TvFinding[] = []
  const onFinding = (finding: TvFinding): void => void findings.push(finding)
  const options = { feeds: tvFeeds, nowMs: FIRST_MS, onFinding }
  for await (const statement of readXmltv(documentOf(programmes), options)) onStatement(statement)
  return findings
}

test('a feed of 3,000 programmes comes in statements of 500 at most, whose ranges abut', async () => {
  const statements: Statement[] = []
  // Neighbours are exchanged: a listing need not be sorted.
  const minutes = Array.from({ length: 3_000 }, (_none, at) => at ^ 1)
  expect(
    await read(
      minutes.map((minute) => programme(minute)),
      (one) => statements.push(one),
    ),
  ).toEqual([])
  expect(Math.max(...statements.map(({ airings = [] }) => airings.length))).toBeLessThanOrEqual(500)
  const edges = statements.flatMap(({ range }) => (range ? [range.fromMs, range.toMs] : []))
  expect(edges.slice(1, -1).filter((_edge, at) => at % 2 === 0)).toEqual(
    edges.slice(2).filter((_edge, at) => at % 2 === 0),
  )
  expect([edges[0], edges.at(-1)]).toEqual([FIRST_MS, FIRST_MS + 3_000 * MINUTE_MS])
  const titles = statements.flatMap(({ airings = [] }) => airings.map(({ title }) => Number(title)))
  expect(titles).toEqual(Array.from({ length: 3_000 }, (_none, at) => at))
})

test('a programme that comes far from its place is told, and adds to what was said', async () => {
  const statements: Statement[] = []
  const minutes = [...Array.from({ length: 2_000 }, (_none, at) => at + 10), 3]
  const findings = await read(
    minutes.map((minute) => programme(minute)),
    (one) => statements.push(one),
  )
  expect(findings.map(({ code }) => code)).toEqual(['tv_order'])
  const late = statements.filter(({ range }) => !range)
  expect(late.map(({ airings }) => airings?.map(({ title }) => title))).toEqual([['3']])
})

test('a file of 100 MB is read in bounded memory', { timeout: 60_000 }, async () => {
  const filling = `<desc>${'Lorem ipsum dolor. '.repeat(52)}</desc>`
  let readBytes = 0
  let mostMb = 0
  function* programmes() {
    for (let minute = 0; readBytes < 100_000_000; minute++) {
      const text = programme(minute % 500_000, filling)
      readBytes += text.length
      if (minute % 2_000 === 0) mostMb = Math.max(mostMb, process.memoryUsage().heapUsed / 1_048_576)
      yield text
    }
  }
  let airings = 0
  const beforeMb = process.memoryUsage().heapUsed / 1_048_576
  await read(programmes(), ({ airings: some = [] }) => void (airings += some.length))
  expect(readBytes).toBeGreaterThan(100_000_000)
  expect(airings).toBeGreaterThan(80_000)
  // A heap that is collected when V8 likes; the document alone would take 100 MB, its programmes 40 more.
  expect(mostMb - beforeMb).toBeLessThan(80)
})
