import { expect, test } from 'vitest'
import { createMetrics } from '../../src/metrics/metrics.ts'

test('counters and histograms are told as Prometheus reads them, by their labels, and again with what has come', async () => {
  const metrics = createMetrics()
  const count = metrics.counter('c_total', 'C.', ['site', 'what'])
  const took = metrics.durations('t_seconds', 'T.', ['route'])
  metrics.durations('none_seconds', 'N.', [])
  const linesOf = async (): Promise<string[]> =>
    (await metrics.text()).split('\n').filter((line) => /^prepaint/.test(line))
  count(['a', 'x'])
  count(['a', 'y'], 2)
  count(['a\nb', 'x'])
  for (const ms of [0.25, 0.3, 70, 5_000]) took(['/v1/decide'], ms)
  took(['none'], 1)
  expect(await linesOf()).toEqual(await linesOf())
  count(['a', 'x'])
  const lines = await linesOf()
  const bucket = (le: string): string => `prepaint_t_seconds_bucket{le="${le}",route="/v1/decide"}`
  for (const line of [
    'prepaint_c_total{site="a",what="x"} 2',
    'prepaint_c_total{site="a",what="y"} 2',
    'prepaint_c_total{site="a\\nb",what="x"} 1',
    `${bucket('0.00025')} 1`,
    `${bucket('0.0005')} 2`,
    `${bucket('0.064')} 2`,
    `${bucket('0.2')} 3`,
    `${bucket('1')} 3`,
    `${bucket('+Inf')} 4`,
    'prepaint_t_seconds_count{route="/v1/decide"} 4',
    'prepaint_t_seconds_count{route="none"} 1',
    'prepaint_none_seconds_count 0',
  ])
    expect(lines).toContain(line)
  expect(lines.find((line) => line.startsWith('prepaint_t_seconds_sum{route="/v1/decide"}'))).toMatch(/ 5\.07055/)
})
