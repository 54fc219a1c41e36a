/** One entity tag of a list, weak or strong (RFC 9110, 8.8.3). */
const TAG = /[\s,]*(?:W\/)?("[^"]*")/y

/** Suffix that servers which compress add to a tag instead of making it weak (Apache's mod_deflate and mod_brotli). */
const SUFFIX = /-(gzip|br|deflate|zstd)"$/

/** Returns true if `If-None-Match` names this tag: a list, `*`, and by weak comparison (RFC 9110, 13.1.2). */
export function namesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  TAG.lastIndex = 0
  for (let found = TAG.exec(ifNoneMatch); found; found = TAG.exec(ifNoneMatch)) {
    const [, tag = ''] = found
    if (tag === etag || tag.replace(SUFFIX, '"') === etag) return true
  }
  return false
}
