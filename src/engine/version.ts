/**
 * A version as a text whose order as text is the order of versions, after GrowthBook's SDK specification: build
 * metadata and a leading `v` go, numbers are padded, and a release (`~`) follows its pre-releases.
 */
export function sortableVersion(version: string | number): string {
  const plain = String(version).replace(/^v|\+.*$/g, '') || '0'
  const parts = plain.split(/[-.]/)
  if (parts.length === 3) parts.push('~')
  return parts.map((part) => (/^[0-9]+$/.test(part) ? part.padStart(5, ' ') : part)).join('-')
}
