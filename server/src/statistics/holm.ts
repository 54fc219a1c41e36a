/**
 * Returns p-values adjusted for their number, in the same order: a variant is a winner if its own is below alpha, and the probability
 * that any of those without an effect is one is at most alpha (Holm 1979).
 */
export function adjustByHolm(pValues: readonly number[]): number[] {
  const ascending = pValues.map((pValue, index) => ({ pValue, index })).sort((a, b) => a.pValue - b.pValue)
  const adjusted = new Array<number>(pValues.length)
  let largest = 0
  ascending.forEach(({ pValue, index }, rank) => {
    largest = Math.max(largest, Math.min(1, pValue * (pValues.length - rank)))
    adjusted[index] = largest
  })
  return adjusted
}
