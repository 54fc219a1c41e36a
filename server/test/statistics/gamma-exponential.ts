import { createRequire } from 'node:module'

interface Cephes {
  /** Logarithm of the gamma function. */
  lgam(x: number): number
  /** Regularised lower incomplete gamma integral. */
  igam(a: number, x: number): number
}

const cephes = createRequire(import.meta.url)('cephes') as Cephes

/** A gamma-exponential mixture: how it is tuned, and the scale of what it tests. */
interface GammaExponential {
  rho: number
  scale: number
}

/** Tunes a mixture to be tightest at a variance (Howard et al. 2021, https://arxiv.org/abs/1810.08240, proposition 9). */
export function gammaExponential(options: { variance: number; alpha: number; scale: number }): GammaExponential {
  const twoLogs = -2 * Math.log(2 * options.alpha)
  return { rho: options.variance / (twoLogs + Math.log(1 + twoLogs)), scale: options.scale }
}

/** Logarithm of the supermartingale at a sum and its variance. */
export function logEvidenceOf({ rho, scale }: GammaExponential, sum: number, variance: number): number {
  const squared = scale ** 2
  const prior = rho / squared
  const shape = (variance + rho) / squared
  const x = (scale * sum + variance) / squared
  const leading = prior * Math.log(prior) - cephes.lgam(prior) - Math.log(cephes.igam(prior, prior))
  return leading + cephes.lgam(shape) + Math.log(cephes.igam(shape, x + prior)) - shape * Math.log(x + prior) + x
}

/** Sum that the process exceeds at no variance at all with probability 1 - alpha: the evidence grows with the sum, so it is bisected. */
export function boundOf(mixture: GammaExponential, variance: number, alpha: number): number {
  const threshold = -Math.log(alpha)
  let [low, high] = [0, Math.max(1, variance)]
  while (logEvidenceOf(mixture, high, variance) < threshold) high *= 2
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (logEvidenceOf(mixture, middle, variance) < threshold) low = middle
    else high = middle
  }
  return (low + high) / 2
}
