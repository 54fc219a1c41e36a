/** The addresses in a `srcset` (HTML, 4.8.4.3.10 "parse a srcset attribute"): a comma ends one only before a space. */
export function candidateUrls(srcset: string): string[] {
  const candidates = srcset.matchAll(/[\s,]*(\S*[^\s,])(?:,+|[^,(]*(?:\([^)]*\)[^,(]*)*,?)/g)
  return [...candidates].map(([, url]) => url as string)
}
