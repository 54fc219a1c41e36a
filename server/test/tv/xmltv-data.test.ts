import { createReadStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Statement } from 'prepaint/engine'
import { expect, test } from 'vitest'
import type { TvFinding } from '../../src/tv/finding.ts'
import { readXmltv } from '../../src/tv/xmltv/read-xmltv.ts'

const UK = fileURLToPath(new URL('../../../lab/tv/data/uk-2015-11-xmltv-facts.xml', import.meta.url))
const NOW_MS = Date.UTC(2015, 10, 27)

const ids = { bbc1: 'UK_RT_2667', bbc2: 'UK_RT_105', itv: 'UK_RT_2118', c4: 'UK_RT_2056', five: 'UK_RT_134' }
const feeds = Object.entries(ids).map(([name, id]) => ({ name, zone: 'Europe/London', xmltv: [id] }))

test('two weeks of five British channels are read with nothing told but bulletins without a length, and ranges abut from the first start to the last stop', async () => {
  const findings: TvFinding[] = []
  const statements: Statement[] = []
  const chunks = createReadStream(UK, { encoding: 'utf8' })
  for await (const statement of readXmltv(chunks, { feeds, nowMs: NOW_MS, onFinding: (one) => findings.push(one) }))
    statements.push(statement)
  expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['tv_empty']))
  expect(findings).toHaveLength(49)
  expect(statements.flatMap(({ airings = [] }) => airings)).toHaveLength(1_964 - 49)
  for (const { name } of feeds) {
    const ofFeed = statements.filter(({ feed }) => feed === name)
    for (const { airings = [], range, source } of ofFeed) {
      expect(source).toBe('schedule')
      expect(range).toEqual({ fromMs: airings[0]?.fromMs, toMs: airings.at(-1)?.toMs })
      expect(airings.length).toBeLessThanOrEqual(500)
    }
    const edges = ofFeed.map(({ range }) => range)
    expect(edges.slice(1).map((range) => range?.fromMs)).toEqual(edges.slice(0, -1).map((range) => range?.toMs))
    expect(edges[0]?.fromMs).toBe(Date.UTC(2015, 10, 26, 6))
    expect(edges.at(-1)?.toMs).toBeGreaterThan(Date.UTC(2015, 11, 9, 5))
  }
  expect(statements.find(({ feed }) => feed === 'bbc1')?.airings?.[0]).toEqual({
    programme: 'Breakfast',
    title: 'Breakfast',
    genres: ['news'],
    fromMs: Date.UTC(2015, 10, 26, 6),
    toMs: Date.UTC(2015, 10, 26, 9, 15),
  })
})
