import type { MonotonicClock } from '../../clock.ts'
import { HttpError } from '../app/errors.ts'
import type { Asker } from '../app/exchange.ts'
import type { ClientNetwork } from './client-network.ts'
import { createRateLimit } from './rate-limit.ts'

/** Owner of a limit. */
export type Limited = 'site' | 'network' | 'visitor'

/** Requests of one key that count in a limit. */
export type Charge = readonly [limit: Limited, key: string, count: number]

/** Exchange of charges between processes that share their limits. */
export interface ChargeExchange {
  /** Tells the others of a request that has passed here. */
  charged(limit: Limited, key: string): void
  /** Calls `take` with what has passed elsewhere. */
  onCharges(take: (charges: readonly Charge[]) => void): void
}

/** Limits, in requests a minute; `Infinity` is none. */
export interface LimitsOptions {
  sitePerMinute: number
  networkPerMinute: number
  visitorPerMinute: number
  clientNetwork: ClientNetwork
  now: MonotonicClock
  onRefused(limit: Limited): void
  /** Absent where one process has all requests. */
  exchange?: ChargeExchange | undefined
}

/**
 * Lets a request pass or throws.
 * @throws HttpError
 */
export type CheckLimits = (asker: Asker, site: string, visitor: string | undefined) => void

/** An id with its signature is longer; the rest says nothing of who asks. */
const ID_LENGTH = 22

/**
 * Makes the check of all limits. A request without a visitor, of a server or of somebody new, is limited by the others.
 * Only what passes all limits is charged to any: a network that asks too often does not use up what its site has.
 */
export function createLimits(options: LimitsOptions): CheckLimits {
  const { now, clientNetwork, onRefused, exchange } = options
  const keys: { readonly [Limit in Limited]: (...asked: Parameters<CheckLimits>) => string | undefined } = {
    site: (_asker, site) => site,
    network: clientNetwork,
    // An empty token, or `null` as text, is everybody's who was issued none.
    visitor: (_asker, site, visitor = '') =>
      visitor.length < ID_LENGTH ? undefined : `${site} ${visitor.slice(0, ID_LENGTH)}`,
  }
  const rules = (['visitor', 'network', 'site'] as const)
    .filter((limit) => options[`${limit}PerMinute`] < Infinity)
    .map((limit) => ({ limit, keyOf: keys[limit], rate: createRateLimit(options[`${limit}PerMinute`], now) }))
  exchange?.onCharges((charges) => {
    for (const [limit, key, count] of charges) rules.find((rule) => rule.limit === limit)?.rate.charge(key, count)
  })
  return (asker, site, visitor) => {
    const asked = rules.map(({ limit, keyOf, rate }) => ({ limit, rate, key: keyOf(asker, site, visitor) }))
    for (const { limit, rate, key } of asked) {
      if (key === undefined || rate.allows(key)) continue
      onRefused(limit)
      throw new HttpError('rate_limited', `too many requests of this ${limit}: send fewer, and again later`)
    }
    for (const { limit, rate, key } of asked) {
      if (key === undefined) continue
      rate.charge(key)
      exchange?.charged(limit, key)
    }
  }
}
