import { createRandom } from '../../../src/loadtest/random.ts'

/** A purchase, as a visitor will make it. */
export interface Purchase {
  /** Days after the first view. */
  afterDays: number
  /** In hundredths. */
  cents: number
  /** Reports of it: by the shop's server, once or twice, and by the browser, which nobody believes. */
  times: number
  isInBrowser: boolean
}

/** A visitor's doings in the shop. Whether it buys depends on what it is shown: `luck` is compared with the variant's rate. */
export interface Visitor {
  index: number
  /** Day of the first view, from 0. */
  day: number
  luck: number
  purchase: Purchase
  /** Days after the first view at which it signs up, if its `signUpLuck` is good enough. */
  signUpLuck: number
  signUpAfterDays: number
  /** Days after the first view at which it comes again. */
  comesAgainAfterDays: number | undefined
  sees: boolean
  /** It opens a link of this user first, and its purchase is known by the user's id alone. */
  userId: string | undefined
  /** The same batch arrives twice. */
  isDoubled: boolean
  /** Its first events arrive last. */
  isReversed: boolean
  isErased: boolean
}

/** Makes visitors who come first within a number of days. */
export function madeUpVisitors(count: number, days: number, seed: number): Visitor[] {
  const random = createRandom(seed)
  const users = Array.from({ length: Math.ceil(count / 2) }, () => random() < 0.1)
  return Array.from({ length: count }, (_, index) => ({
    index,
    day: Math.floor(random() * days),
    luck: random(),
    purchase: {
      // Never within a minute of the end of the goal's time.
      afterDays: Math.floor(random() * 9) / 2 + 0.25,
      cents: Math.round(500 * Math.exp(3 * random())) * (random() < 0.02 ? 20 : 1),
      times: random() < 0.1 ? 2 : 1,
      isInBrowser: random() < 0.5,
    },
    signUpLuck: random(),
    signUpAfterDays: random() < 0.7 ? 0.25 : 1.25,
    comesAgainAfterDays: random() < 0.3 ? 1 : undefined,
    sees: random() < 0.6,
    // Two of them are one user with two devices.
    userId: users[index >> 1] ? `user-${index >> 1}` : undefined,
    isDoubled: random() < 0.1,
    isReversed: random() < 0.2,
    isErased: random() < 0.01 && !users[index >> 1],
  }))
}
