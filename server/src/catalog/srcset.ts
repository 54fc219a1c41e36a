/** HTML's "ASCII whitespace". */
const SPACE = /[\t\n\f\r ]/

/** Returns the end of a candidate's descriptors: a comma outside parentheses. */
function endOfDescriptors(srcset: string, from: number): number {
  let depth = 0
  for (let at = from; at < srcset.length; at++) {
    if (srcset[at] === '(') depth = 1
    else if (srcset[at] === ')') depth = 0
    else if (srcset[at] === ',' && depth === 0) return at + 1
  }
  return srcset.length
}

/**
 * The addresses in a `srcset` (HTML, 4.8.4.3.10 "parse a srcset attribute"): a comma ends one only before a space. Each character
 * is looked at once or twice: a pattern for this took seconds for 1,500 commas.
 */
export function candidateUrls(srcset: string): string[] {
  const urls: string[] = []
  let at = 0
  for (;;) {
    while (at < srcset.length && (srcset[at] === ',' || SPACE.test(srcset[at] as string))) at++
    if (at >= srcset.length) return urls
    const from = at
    while (at < srcset.length && !SPACE.test(srcset[at] as string)) at++
    let end = at
    while (end > from && srcset[end - 1] === ',') end--
    urls.push(srcset.slice(from, end))
    if (end === at) at = endOfDescriptors(srcset, at)
  }
}
