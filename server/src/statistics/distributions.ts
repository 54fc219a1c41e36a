import { createRequire } from 'node:module'

/** Functions of the C library Cephes, compiled to WebAssembly, as far as they are used here. */
interface Cephes {
  /** Regularised incomplete beta integral. */
  incbet(a: number, b: number, x: number): number
  /** Inverse of `incbet`. */
  incbi(a: number, b: number, probability: number): number
  /** Upper tail of the chi-square distribution. */
  chdtrc(degreesOfFreedom: number, x: number): number
}

const require = createRequire(import.meta.url)
let cephes: Cephes | undefined

/** Loads it at first use: it takes 20 ms, and a service that nobody asks for a report never needs it. As an ES module it would load later than this one. */
function loadCephes(): Cephes {
  cephes ??= require('cephes') as Cephes
  return cephes
}

/** Returns the probability that Student's t is farther from 0 than `t`, on either side. */
export function studentTails(t: number, degreesOfFreedom: number): number {
  return loadCephes().incbet(degreesOfFreedom / 2, 0.5, degreesOfFreedom / (degreesOfFreedom + t ** 2))
}

/** Returns the t beyond which, on either side, Student's t lies with probability `alpha`. */
export function studentCritical(alpha: number, degreesOfFreedom: number): number {
  const x = loadCephes().incbi(degreesOfFreedom / 2, 0.5, alpha)
  return Math.sqrt((degreesOfFreedom * (1 - x)) / x)
}

/** Chi-square beyond which the probability is below 1e-200 with 100 groups, and Cephes throws an error for underflow with two (npm 3.3.3). */
const SURELY_NO_CHANCE = 1_400

/** Returns the probability of a larger value of the chi-square distribution; 0 if it is less than any that matters. */
export function chiSquareTail(chiSquare: number, degreesOfFreedom: number): number {
  if (chiSquare > SURELY_NO_CHANCE) return 0
  return loadCephes().chdtrc(degreesOfFreedom, chiSquare)
}
