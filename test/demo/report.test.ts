import { expect, test } from 'vitest'
import { playHistory } from '../../demo/history/play.ts'

test('the report of the demo says that its history is made up, and what it counts', async () => {
  const page = await playHistory({ shoppers: 300, endMs: Date.UTC(2026, 5, 30) })
  expect(page).toContain('Made-up history: these 300 visitors never were.')
  expect(page).toContain('shop</bdi> as a whole')
  for (const experience of ['headline-test', 'offer-test', 'badge-test'])
    expect(page).toContain(`<bdi>${experience}</bdi>`)
  const assigned = page
    .match(/The site as a whole[^]*?<\/tbody>/)?.[0]
    .match(/<bdi>\w+<\/bdi><\/th><td class="n">(\d+)/g)
  const counts = (assigned ?? []).map((row) => Number(/(\d+)$/.exec(row)?.[0]))
  expect(counts).toHaveLength(2)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300)
})
