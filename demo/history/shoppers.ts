import { createRandom } from '../../lab/random.ts'

/** A made-up visitor of the shop, who comes once and may buy: what it is shown decides whether its luck is good enough. */
export interface Shopper {
  /** Day of its view, from 0. */
  day: number
  userAgent: string
  /** Campaign whose link it has followed; empty without one. */
  campaign: string
  luck: number
  /** Value of its order, if it buys. */
  total: number
  scrolls: boolean
  /** True if a large picture comes too late for it. */
  isSlow: boolean
  signsUp: boolean
}

/** Probability of buying for whom nothing was changed, and what each variant makes of it. */
const BUYING = 0.2
const EFFECTS: { readonly [variant: string]: number } = { welcome: 1.45, ten: 1.02, delivery: 1.14, film: 1.02 }

const DEVICES = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
]
const CAMPAIGNS = ['', '', '', 'spring', 'newsletter']

/** Makes up visitors who come within a number of days. */
export function madeUpShoppers(count: number, days: number, seed: number): Shopper[] {
  const random = createRandom(seed)
  const oneOf = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? ''
  return Array.from({ length: count }, () => ({
    day: Math.floor(random() * days),
    userAgent: oneOf(DEVICES),
    campaign: oneOf(CAMPAIGNS),
    luck: random(),
    total: Math.round(2_500 * Math.exp(0.7 * random())) / 100,
    scrolls: random() < 0.8,
    isSlow: random() < 0.09,
    signsUp: random() < 0.06,
  }))
}

/** Returns true if a shopper buys after it was shown these variants. */
export function buys({ luck }: Shopper, variants: readonly string[]): boolean {
  return luck < variants.reduce((rate, variant) => rate * (EFFECTS[variant] ?? 1), BUYING)
}
