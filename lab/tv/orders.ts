import { readFileSync } from 'node:fs'

/** Somebody's order of a commercial at a station. */
export interface Order {
  station: string
  /** The order's id. */
  id: string
  /** Least time between the starts of two airings, in ms. */
  separationMs: number
}

const MINUTE_MS = 60_000

/** Reads the orders for one day. Their first and last days hold it, so that these do not matter any more. */
export function readOrders(): Order[] {
  const rows = readFileSync(new URL('data/orders-2014-10-30.tsv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  return rows.slice(1).map((row) => {
    const [station = '', id = '', , , separation = ''] = row.split('\t')
    return { station, id, separationMs: Number(separation.split(':')[1]) * MINUTE_MS }
  })
}
