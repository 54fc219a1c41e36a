/** Creates draws of how many of `count` have a property of probability `share`: exact, by the inverse of the distribution function. */
export function createBinomial(count: number, share: number, random: () => number): () => number {
  const upTo: number[] = []
  // In logarithms: a share of 0.1 of 10,000 has probabilities below the least number near 0.
  let logTerm = count * Math.log1p(-share)
  let sum = 0
  for (let successes = 0; successes <= count && sum < 1 - 1e-15; successes++) {
    sum += Math.exp(logTerm)
    upTo.push(sum)
    logTerm += Math.log(((count - successes) / (successes + 1)) * (share / (1 - share)))
  }
  return () => {
    const at = random()
    let [low, high] = [0, upTo.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((upTo[middle] ?? 1) > at) high = middle
      else low = middle + 1
    }
    return low
  }
}
