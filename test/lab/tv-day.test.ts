import { expect, test } from 'vitest'
import { DAY, DAY_SEED, readDay, statementsOf } from '../../lab/tv/day.ts'
import { readOrders } from '../../lab/tv/orders.ts'

const day = await readDay(DAY_SEED)
const commercial = day.filter(({ feed }) => !feed.startsWith('bbc'))

test('a seed derives one day, and another seed another', async () => {
  expect(await readDay(DAY_SEED)).toEqual(day)
  expect((await readDay(DAY_SEED + 1)).map(({ spots }) => spots)).not.toEqual(day.map(({ spots }) => spots))
})

test('the listing has the whole day, in order, and the BBC has no commercials', () => {
  for (const { airings, feed, spots } of day) {
    expect([feed, airings[0]?.fromMs, (airings.at(-1)?.toMs ?? 0) >= DAY.toMs]).toEqual([feed, DAY.fromMs, true])
    expect(airings.every(({ fromMs }, index) => index === 0 || fromMs === airings[index - 1]?.toMs)).toBe(true)
    expect(spots.length > 0).toBe(!feed.startsWith('bbc'))
  }
})

test('breaks lie inside programmes, and commercials inside breaks without overlap', () => {
  for (const { airings, breaks, spots } of commercial) {
    for (const { fromMs, toMs } of breaks)
      expect(airings.some((airing) => airing.fromMs < fromMs && toMs < airing.toMs)).toBe(true)
    for (const { fromMs, toMs } of spots)
      expect(breaks.some((one) => one.fromMs <= fromMs && toMs <= one.toMs)).toBe(true)
    expect(spots.every(({ fromMs }, index) => index === 0 || fromMs >= (spots[index - 1]?.toMs ?? 0))).toBe(true)
  }
})

test('no order airs sooner than its separation after itself', () => {
  const separationMs = new Map(readOrders().map((order) => [order.id, order.separationMs]))
  for (const { spots } of commercial) {
    const lastMs = new Map<string, number>()
    for (const { order, fromMs } of spots) {
      expect(fromMs - (lastMs.get(order) ?? -Infinity)).toBeGreaterThanOrEqual(separationMs.get(order) ?? Infinity)
      lastMs.set(order, fromMs)
    }
  }
})

test('the shop airs on every commercial channel, by orders that are told', () => {
  for (const { spots } of commercial) {
    const own = spots.filter(({ brand }) => brand === 'Shop in style')
    expect(own.length).toBeGreaterThan(10)
    expect(new Set(own.map(({ order }) => order)).size).toBeLessThanOrEqual(4)
  }
})

test('the service is told what a schedule knows, and not which order was behind it', () => {
  const statements = statementsOf(day)
  expect(statements.map(({ feed, source, range }) => [feed, source, range])).toEqual(
    day.map(({ feed }) => [feed, 'schedule', DAY]),
  )
  expect(JSON.stringify(statements)).not.toContain('"order"')
})
