import { expect, test } from 'vitest'
import { createMergedMetrics } from '../../src/metrics/merged.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'

/** Metrics of a process that has counted and measured something. */
async function snapshotOf(count: number, level: number) {
  const metrics = createMetrics()
  metrics.counter('things_total', 'Things.', ['kind'])(['a'], count)
  metrics.durations('thing_seconds', 'Times.', [])([], 3)
  metrics.gauge('worst', 'Worst.', () => level, 'max')
  metrics.gauge('level', 'Level.', () => level)
  return metrics.snapshot()
}

async function values(page: Promise<string>): Promise<{ [name: string]: number }> {
  const lines = (await page).split('\n').filter((line) => /^(prepaint_|process_start)/.test(line))
  return Object.fromEntries(lines.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]))
}

test('counters and levels of all processes are added, and of what is worst the greatest is taken', async () => {
  const merged = createMergedMetrics()
  merged.take(1, await snapshotOf(2, 5))
  merged.take(2, await snapshotOf(3, 7))
  expect(await values(merged.text())).toMatchObject({
    'prepaint_things_total{kind="a"}': 5,
    prepaint_worst: 7,
    prepaint_level: 12,
    prepaint_thing_seconds_count: 2,
    'prepaint_thing_seconds_bucket{le="0.004"}': 2,
    process_start_time_seconds: expect.any(Number) as number,
  })
})

test('what an ended process has counted counts on, and what it was does not', async () => {
  const merged = createMergedMetrics()
  for (const [process, count] of [
    [1, 2],
    [2, 3],
    [3, 4],
  ] as const) {
    merged.take(process, await snapshotOf(count, 5))
    merged.end(process)
  }
  merged.take(4, await snapshotOf(1, 1))
  expect(await values(merged.text())).toMatchObject({
    'prepaint_things_total{kind="a"}': 10,
    prepaint_worst: 1,
    prepaint_level: 1,
    prepaint_thing_seconds_count: 4,
  })
})
