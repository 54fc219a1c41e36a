import type { Break } from 'prepaint/engine'
import { type Commercial, commercialOf, SHOP_SPOTS } from './advertisers.ts'
import { SPOT_MS } from './breaks.ts'
import type { Order } from './orders.ts'

/** A commercial that airs, and by which order: the truth that an estimate can be compared with. */
export interface Aired extends Commercial {
  /** Id of the order. */
  order: string
  /** Start and first instant behind it, in ms since 1970. */
  fromMs: number
  toMs: number
}

/** Orders at each station that are taken for the shop's. */
const SHOP_ORDERS = 4

/**
 * Fills the breaks of a feed with commercials. **Nobody publishes when commercials aired, together with listings of the same channel, so
 * both halves here are real and their match is not**: orders are those that a US station had for one Thursday, the breaks are derived
 * from what a British channel showed on another. Each place of a break goes to one of the orders whose last airing is at least their
 * separation ago, by the seed. Four orders are taken for the shop's; all other advertisers are invented.
 * @returns every airing with its order, in time's order. Run again from the same seed it returns the same.
 */
export function fillBreaks(breaks: readonly Break[], orders: readonly Order[], chance: () => number): Aired[] {
  if (orders.length === 0) return []
  const lastMs = new Map<string, number>()
  const shops = new Map(
    Array.from({ length: SHOP_ORDERS }, (_, index) => {
      const { id } = orders[Math.floor(chance() * orders.length)] as Order
      return [id, SHOP_SPOTS[index % SHOP_SPOTS.length] as Commercial] as const
    }),
  )
  const aired: Aired[] = []
  for (const { fromMs: breakMs, toMs } of breaks)
    for (let fromMs = breakMs; fromMs < toMs; fromMs += SPOT_MS) {
      const free = orders.filter(({ id, separationMs }) => fromMs - (lastMs.get(id) ?? -Infinity) >= separationMs)
      const order = free[Math.floor(chance() * free.length)]
      if (!order) continue
      lastMs.set(order.id, fromMs)
      aired.push({
        ...(shops.get(order.id) ?? commercialOf(order.id)),
        order: order.id,
        fromMs,
        toMs: fromMs + SPOT_MS,
      })
    }
  return aired
}
